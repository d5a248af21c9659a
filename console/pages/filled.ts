import type { Filled } from './start-page.ts';

/** What a person has filled in: the inputs, the reason, the loss. */
export function filledOf(form: Readonly<Record<string, unknown>>): Filled {
  const entries = Object.entries(form).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' &&
      (/^in\.[a-z][a-z0-9_]*$/.test(entry[0]) ||
        entry[0] === 'reason' ||
        entry[0] === 'loss-at' ||
        entry[0] === 'lift'),
  );
  return Object.fromEntries(entries);
}

/** A lift that somebody has pasted. */
export function liftIn(filled: Filled): string | undefined {
  const lift = (filled['lift'] ?? '').trim();
  return lift === '' ? undefined : lift;
}

/** What was left empty is not given: its default counts. */
export function inputsOf(filled: Filled): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(filled).flatMap(([name, value]) =>
      name.startsWith('in.') && value !== '' ? [[name.slice(3), value]] : [],
    ),
  );
}
