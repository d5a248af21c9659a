import { createHash } from 'node:crypto';
import type { PageEvent, PageInput } from '../../engine/page.ts';

/** One thing that is told, as each channel gets it. Nothing of it is secret; its texts are people's and a ZVM's own. Times: ms since 1970. */
export interface Message {
  /** The same each time that this is sent: whoever gets it twice can tell. */
  readonly id: string;
  /** What is told of: a thing that is told again, or is over, has the same. */
  readonly topic: string;
  /** Of the same run, or of what else it is about. */
  readonly thread: string;
  readonly at: number;
  /** `notify`: a step of the runbook says it. `test`: somebody tries whether it arrives. */
  readonly event: PageEvent | 'notify' | 'test';
  /** What was told of the topic is over. */
  readonly over?: true;
  readonly run?: string;
  readonly runbook: string;
  readonly mode: string;
  readonly step?: string;
  readonly text: string;
  readonly choices: readonly string[];
  /** What waits, where something does. */
  readonly kind?: NonNullable<PageInput['pending']>['kind'];
  /** Who is asked: groups and people. */
  readonly from: readonly string[];
  readonly since?: number;
  readonly expiresAt?: number;
  /** The run's page. */
  readonly url?: string;
}

/** Of an event. `at`: when it was asked to be told, where the input does not say. */
export function messageOf(input: PageInput, at: number, url: string | undefined): Message {
  const { run, runbook, mode, event, text, pending, about = '', over } = input;
  const key = pending?.key ?? input.step ?? '';
  const step = key === '' ? undefined : key;
  const thread = run ?? [runbook, about].join('/');
  const topic = [thread, event, step ?? ''].join('/');
  const when = input.at ?? at;
  return {
    id: hashOf([topic, String(when), over === true ? 'over' : '']),
    topic,
    thread,
    at: when,
    event,
    ...(over === undefined ? {} : { over }),
    ...(run === undefined ? {} : { run }),
    runbook,
    mode,
    ...(step === undefined ? {} : { step }),
    text,
    choices: pending?.choices ?? [],
    from: pending?.from ?? [],
    ...(pending === undefined ? {} : { kind: pending.kind, since: pending.since }),
    ...(pending?.expiresAt === undefined ? {} : { expiresAt: pending.expiresAt }),
    ...(url === undefined ? {} : { url }),
  };
}

/** Of a step: again by the same step is the same message. */
export function stepMessage(
  step: {
    readonly run: { readonly id: string; readonly name: string; readonly mode: string };
    readonly key: string;
    readonly text: string;
  },
  at: number,
  url: string | undefined,
): Message {
  const { run, key, text } = step;
  const topic = [run.id, 'notify', key].join('/');
  return {
    ...{ id: hashOf([topic, text]), topic, thread: run.id, at, event: 'notify' },
    ...{ run: run.id, runbook: run.name, mode: run.mode, step: key, text, choices: [], from: [] },
    ...(url === undefined ? {} : { url }),
  };
}

/** 128 bits, hexadecimal. */
export function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
