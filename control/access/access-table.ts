import { type Mode, modes } from '../../actions/contract.ts';
import { type Call, deeds, rolesFor, type Role } from '../../actions/roles.ts';
import type { Config } from '../config/config.ts';
import { peopleOf } from '../config/people.ts';

/** What one person may do with one runbook in some modes. */
export interface AccessRow {
  readonly person: string;
  /** A runbook's name, or a pattern of drillbook.yaml. */
  readonly runbook: string;
  readonly modes: readonly Mode[];
  readonly roles: readonly Role[];
  readonly may: readonly Call[];
}

const calls: readonly Call[] = ['see', ...deeds, 'administer'];

/**
 * Who may do what, by drillbook.yaml's roles; empty where it has none. `runbooks`: of these; empty: of the patterns that its roles
 * name. Members of the identity provider's groups are not known here.
 */
export function accessTable(
  config: Pick<Config, 'people' | 'groups' | 'identity' | 'roles' | 'triggers'>,
  { people: wanted, runbooks }: { readonly people?: readonly string[]; readonly runbooks: readonly string[] },
): readonly AccessRow[] {
  const people = peopleOf(config);
  const patterns = runbooks.length > 0 ? runbooks : [...new Set(config.roles.flatMap(role => role.runbooks))];
  return (wanted ?? Object.keys(config.people)).flatMap(person =>
    patterns.flatMap(runbook => {
      const rows: AccessRow[] = [];
      for (const mode of modes) {
        const roles = [...(people.rolesOf(person, runbook, mode) ?? [])].sort();
        if (roles.length === 0) continue;
        const may = calls.filter(call => rolesFor({ call, mode }).some(role => roles.includes(role)));
        const same = rows.find(row => String([row.roles, row.may]) === String([roles, may]));
        if (same === undefined) rows.push({ person, runbook, modes: [mode], roles, may });
        else rows.splice(rows.indexOf(same), 1, { ...same, modes: [...same.modes, mode] });
      }
      return rows;
    }),
  );
}
