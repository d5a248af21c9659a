/** Actions of the language whose contracts come later: known, so that nobody is told that they are misspelt. */
export const laterActions: readonly string[] = [
  ...['zerto/find-vpgs', 'zerto/check-sites', 'zerto/move', 'zerto/clone', 'zerto/pause', 'zerto/resume'],
  ...['zerto/force-sync', 'zerto/create-vpg', 'zerto/delete-vpg', 'zerto/export-settings', 'zerto/resources-report'],
  ...['check/dns', 'check/tls', 'check/command', 'command/run', 'http/request', 'manual', 'runbook'],
];

/** `action with.path`: keys of the language that this version does not build. */
export const laterKeys: ReadonlySet<string> = new Set([
  'zerto/edit-vpg with.remove-vms',
  ...['service-profile', 'journal', 'recovery', 'boot-groups'].map(key => `zerto/edit-vpg with.set.${key}`),
  'zerto/edit-vpg with.set.vms.volumes',
  'zerto/edit-vpg with.add-vms.volumes',
  ...['form', 'json', 'body', 'auth', 'resolve', 'follow', 'login', 'expect.json'].map(key => `check/http with.${key}`),
]);

/** `action with.path=value`: the same of values. */
export const laterValues: ReadonlySet<string> = new Set([
  'zerto/edit-vpg with.restore-on-failure=true',
  ...['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map(method => `check/http with.method=${method}`),
]);
