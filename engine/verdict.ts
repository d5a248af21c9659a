import type { Objective, Verdict } from './types.ts';

/** What a verdict is made of, one sentence each (rule 19). */
export interface Facts {
  /** A live mode: a missed objective is an exception, not a failure. */
  readonly live: boolean;
  /** What closing could not read back as closed. */
  readonly residue: readonly string[];
  /** Required steps that failed or timed out, and that nobody overcame. */
  readonly failed: readonly string[];
  /** Objectives that were measured and missed. */
  readonly missed: readonly string[];
  /** Why it ended before its last required check. */
  readonly stopped: readonly string[];
  /** Required steps of which nobody knows how they ended. */
  readonly errored: readonly string[];
  /** What failed under `continue`, was skipped by a person, or did not come about in `finally`. */
  readonly exceptions: readonly string[];
}

/** The recovery verdict, frozen before closing, with all it was made of. */
export interface Judged {
  readonly facts: Facts;
  readonly verdict: Verdict;
  readonly rto: Objective;
  readonly rpo: Objective;
}

const most = 20;

/** The only place where a verdict comes from: the first that holds. The decisive reasons come first. */
export function judge(facts: Facts): { readonly verdict: Verdict; readonly reasons: readonly string[] } {
  const { live, residue, failed, missed, stopped, errored, exceptions } = facts;
  const broken = [residue, failed, live ? [] : missed];
  const unknown = [stopped, errored];
  const excused = [live ? missed : [], exceptions];
  const any = (lists: readonly (readonly string[])[]): boolean => lists.some(list => list.length > 0);
  const verdict = any(broken)
    ? 'failed'
    : any(unknown)
      ? 'inconclusive'
      : any(excused)
        ? 'passed_with_exceptions'
        : 'passed';
  return { verdict, reasons: [...broken, ...unknown, ...excused].flatMap(shorten) };
}

function shorten(sentences: readonly string[]): readonly string[] {
  if (sentences.length <= most) return sentences;
  return [...sentences.slice(0, most), `and ${sentences.length - most} more of the kind`];
}
