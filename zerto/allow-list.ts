import type { AllowList } from './types.ts';

/** What `plan` may do: reads, and the settings object that reading a VPG's settings takes (made, read, deleted). */
export const readOnly: AllowList = {
  whose: 'a plan',
  rules: [
    { method: 'GET', path: '**' },
    { method: 'POST', path: 'session/add' },
    { method: 'DELETE', path: 'session' },
    { method: 'POST', path: 'vpgsettings' },
    { method: 'DELETE', path: 'vpgsettings/*' },
  ],
};

/** What a drill may do: nothing here reaches production. */
export const drillOnly: AllowList = {
  whose: 'a drill',
  rules: [
    ...readOnly.rules,
    { method: 'POST', path: 'vpgs/*/failovertest' },
    { method: 'POST', path: 'vpgs/*/failoverteststop' },
    { method: 'POST', path: 'vpgs/*/checkpoints' },
  ],
};

/** What a run that changes settings may do: nothing here fails over, moves, commits or rolls back. */
export const changeOnly: AllowList = {
  whose: 'a change',
  rules: [
    ...readOnly.rules,
    { method: 'POST', path: 'vpgsettings/**' },
    { method: 'PUT', path: 'vpgsettings/**' },
    { method: 'DELETE', path: 'vpgsettings/**' },
    { method: 'DELETE', path: 'vpgs/*' },
    { method: 'POST', path: 'vpgs/*/checkpoints' },
    { method: 'POST', path: 'vpgs/*/clonestart' },
    { method: 'POST', path: 'vpgs/*/cloneabort' },
    { method: 'POST', path: 'vpgs/*/pause' },
    { method: 'POST', path: 'vpgs/*/resume' },
    { method: 'POST', path: 'vpgs/*/forcesync' },
  ],
};

/**
 * @param path below /v1/, of the URL that would truly go out, so that `..` is already resolved
 */
export function isAllowed(list: AllowList, method: string, path: string): boolean {
  // A slash in disguise: the ZVM might see other segments than we do.
  if (/%2f|%5c/i.test(path)) return false;
  const segments = segmentsOf(path);
  return list.rules.some(
    rule => rule.method.toUpperCase() === method.toUpperCase() && matches(segmentsOf(rule.path), segments),
  );
}

function matches(rule: readonly string[], segments: readonly string[]): boolean {
  const open = rule.at(-1) === '**';
  const fixed = open ? rule.slice(0, -1) : rule;
  if (open ? segments.length < fixed.length : segments.length !== fixed.length) return false;
  return fixed.every((segment, i) => segment === '*' || segment === segments[i]);
}

/** A ZVM ignores the case of a path and takes a doubled slash for one. */
function segmentsOf(path: string): string[] {
  return path
    .toLowerCase()
    .split('/')
    .filter(segment => segment !== '');
}
