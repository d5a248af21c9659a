import { dirname } from 'node:path';
import type { AccessRow } from '../control/access/access-table.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { exitCodes } from './exit-codes.ts';
import { config, json, plainText } from './flags.ts';
import { Refused } from './problems.ts';
import { renderTable } from './table.ts';

interface Flags {
  readonly person?: string;
  readonly runbook?: string;
  readonly json: boolean;
  readonly config?: string;
}

const only = (what: string) =>
  ({ kind: 'parsed', parse: plainText, brief: `Only of this ${what}`, placeholder: what, optional: true }) as const;

/** Who may do what. */
export const access = defineCommand<Flags, []>(
  {
    docs: { brief: 'Who may do what, by runbook and mode' },
    parameters: { flags: { person: only('person'), runbook: only('runbook'), json, config } },
  },
  async (context, flags) => {
    const { outside, terminal, cwd } = context;
    const path = await outside.findConfig(cwd, configPathOf(context, flags.config));
    if (path === undefined) throw new Refused('There is no drillbook.yaml here or above (--config names one).');
    const read = await outside.loadConfig(path);
    const { person, runbook } = flags;
    if (person !== undefined && !Object.hasOwn(read.people, person))
      throw new Refused(`drillbook.yaml has no person ${person}.`);
    const runbooks =
      runbook === undefined ? (await outside.listRunbooks(dirname(path))).map(({ name }) => name) : [runbook];
    const rows = await outside.accessTable(read, { ...(person === undefined ? {} : { people: [person] }), runbooks });
    if (flags.json) terminal.answer(JSON.stringify(rows));
    else if (read.roles.length === 0) terminal.answer(withoutRoles);
    else terminal.answer(rows.length === 0 ? 'Nobody of these may do anything.' : table(rows));
    sayOutside(
      context,
      Object.entries(read.groups).flatMap(([name, group]) => ('oidc-group' in group ? [name] : [])),
    );
    return exitCodes.fine;
  },
);

const withoutRoles =
  'drillbook.yaml has no roles: whoever has proved who he is may do everything, but for what a runbook asks of its approvals.';

function sayOutside({ terminal }: CliContext, groups: readonly string[]): void {
  if (groups.length > 0)
    terminal.say(`Who is in ${groups.join(' and ')} only the identity provider knows: they are not counted here.`);
}

const head = ['person', 'runbook', 'modes', 'roles', 'may'];

function table(rows: readonly AccessRow[]): string {
  const cells = [
    head,
    ...rows.map(row => [row.person, row.runbook, row.modes.join(' '), row.roles.join(' '), row.may.join(', ')]),
  ];
  return renderTable(cells);
}
