import { type ActionName, actions } from '../../actions/index.ts';

/** What a contract says of a `with` (durations in ms): `path: message` a mistake; none where it takes it. */
export function judge(action: ActionName, given: unknown): readonly string[] {
  const { error } = actions[action].input.safeParse(given);
  return (error?.issues ?? []).map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
}
