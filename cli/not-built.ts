/** Commands that have their place, so that they are not called unknown. */
export const commandsNotBuilt: readonly string[] = [
  'show',
  'vpgs',
  'checkpoints',
  'coverage',
  'bundle',
  'verify',
  'trend',
  'sites',
];

/** A part of the command line that this version does not have. */
export class NotBuilt extends Error {
  override readonly name = 'NotBuilt';
  constructor(what: string) {
    super(`${what} is not built yet.`);
  }
}
