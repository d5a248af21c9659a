/** Tasks that end a live change, and the word that they need. */
export const endings: Readonly<Record<string, 'commit' | 'roll-back'>> = {
  FailoverCommit: 'commit',
  MoveCommit: 'commit',
  FailoverRollback: 'roll-back',
  MoveRollback: 'roll-back',
};

/** Tasks that begin one. */
export const beginnings: readonly string[] = ['FailOver', 'FailoverBeforeCommit', 'Move', 'MoveBeforeCommit'];
