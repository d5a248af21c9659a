/** What a listed key may sign, once for drillbook.yaml, the workers and whoever looks before. */
export const keyScopes = ['starts', 'decisions', 'schedules', 'library'] as const;
export type KeyScope = (typeof keyScopes)[number];

/** What a key must be for to sign this: `to` of a word. All that is said to a run that goes on is a decision, and so is a lift. */
function scopeOf(to: string): KeyScope {
  switch (to) {
    case 'start':
      return 'starts';
    case 'schedule':
      return 'schedules';
    case 'publish':
    case 'withdraw':
      return 'library';
    default:
      return 'decisions';
  }
}

interface Scoped {
  readonly id: string;
  /** Absent: for everything. */
  readonly for?: readonly KeyScope[] | undefined;
}

/** Why a key does not sign this, for people; undefined: it does. */
export function whyOutOfScope({ id, for: scopes }: Scoped, to: string): string | undefined {
  const scope = scopeOf(to);
  if (scopes === undefined || scopes.includes(scope)) return undefined;
  return `the key ${id} is not for ${scope}, only for ${scopes.join(' and ')} (its "for" under identity.keys of drillbook.yaml): sign with another, or an admin adds ${scope} to it`;
}
