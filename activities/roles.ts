import { isLiveMode } from '../actions/modes.ts';
import type { EntitlementQuestion, People, Role } from '../engine/entitlement.ts';
import { spellList } from './spell.ts';

/**
 * Why roles do not let somebody do it (docs/people.md has the table); undefined: they do, or drillbook.yaml has none. Nothing
 * is allowed that no line allows.
 */
export function whyNoRole(person: string, question: EntitlementQuestion, people: People): string | undefined {
  const { mode, runbook = '', to } = question;
  const own = people.rolesOf(person, runbook, mode);
  if (own === undefined) return undefined;
  const wanted = rolesFor(person, question, people);
  if (wanted.some(role => own.has(role))) return undefined;
  const is = own.size === 0 ? 'none' : spellList([...own]);
  const where = runbook === '' ? 'without a runbook' : `of ${runbook}`;
  return `${person} may not ${to} here: the roles of drillbook.yaml let ${wanted.join(' or ')} do that in mode ${mode} ${where}, and ${person} has ${is}`;
}

function rolesFor(person: string, { to, mode, choice, breakGlass = [] }: EntitlementQuestion, people: People): Role[] {
  const live = isLiveMode(mode);
  switch (to) {
    case 'start':
    case 'report':
    case 'pause':
    case 'resume':
    case 'retry':
    case 'extend':
      return ['operator'];
    case 'abort':
    case 'cancel':
      return live ? ['operator', 'approver'] : ['operator'];
    case 'vote':
      return ['approver'];
    case 'skip':
    case 'roll-back':
      // In a drill nothing is given up by it.
      return live ? ['approver'] : ['operator'];
    case 'break the glass':
      return ['operator', 'approver'];
    case 'decide':
      // Whoever may break the glass may decide what is left; going on only lets the steps go on.
      return choice === 'go-on' || people.isAmong(person, breakGlass) ? ['operator', 'approver'] : ['approver'];
    case 'leases commit':
    case 'leases roll-back':
      return ['approver'];
    case 'leases adopt':
    case 'go without the locks':
      return ['admin'];
  }
}
