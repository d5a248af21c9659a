import { rolesFor } from '../actions/roles.ts';
import type { EntitlementQuestion, People } from '../engine/entitlement.ts';
import { spellList } from './spell.ts';

/**
 * Why roles do not let somebody do it (docs/people.md has the table); undefined: they do, or drillbook.yaml has none. Nothing
 * is allowed that no line allows.
 */
export function whyNoRole(
  person: string,
  question: EntitlementQuestion,
  people: People,
  outside: readonly string[] = [],
): string | undefined {
  const { mode, runbook = '', to, choice, breakGlass = [] } = question;
  const own = people.rolesOf(person, runbook, mode, outside);
  if (own === undefined) return undefined;
  const wanted = rolesFor({ call: to, mode, choice, mayBreakGlass: people.isAmong(person, breakGlass, outside) });
  if (wanted.some(role => own.has(role))) return undefined;
  const is = own.size === 0 ? 'none' : spellList([...own]);
  const where = runbook === '' ? 'without a runbook' : `of ${runbook}`;
  return `${person} may not ${to} here: the roles of drillbook.yaml let ${wanted.join(' or ')} do that in mode ${mode} ${where}, and ${person} has ${is}`;
}
