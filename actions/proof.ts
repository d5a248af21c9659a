/** What shows who has said something: a signature over `textToSign`, by a key that drillbook.yaml lists. */
export interface Proof {
  /** The public half: `ed25519:` and 32 bytes in base64url. */
  readonly key: string;
  /** When it was signed, ISO 8601 in UTC. */
  readonly at: string;
  /** Ed25519, 64 bytes in base64url. */
  readonly signature: string;
  /** Groups in which the identity provider has the person, as the console has seen; signed too. Absent: none. */
  readonly groups?: readonly string[];
}

/** All that a person says with a word, so that it can be taken for no other word, step, run or time. */
export interface Word {
  readonly person: string;
  readonly run: string;
  /** Empty: about the run itself. */
  readonly step: string;
  /** `vote`, `cancel`, `decide` …: see Deed. */
  readonly to: string;
  readonly choice: string;
  readonly reason: string;
  /** Of this word alone: it counts once. */
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  /** Of the proof. */
  readonly groups?: readonly string[];
}

/** The text under a signature, the same for whoever signs and whoever checks. A list, so that no field can run into the next. */
export function textToSign({ person, run, step, to, choice, reason, id, at, groups = [] }: Word): string {
  const said = [person, run, step, to, choice, reason, id, at];
  return JSON.stringify(
    groups.length === 0 ? ['drillbook/word/v1', ...said] : ['drillbook/word/v2', ...said, ...groups],
  );
}
