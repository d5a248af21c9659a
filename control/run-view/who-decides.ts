import type { Mode } from '../../actions/contract.ts';
import { isLiveMode } from '../../actions/modes.ts';
import type { Plan } from '../../compiler/plan.ts';
import type { Pending } from '../../engine/pending.ts';
import { accessOf, type Call, refusalOf } from '../access/caller.ts';
import type { Config } from '../config/config.ts';
import { valueOf } from '../what.ts';

/** Somebody whose word would count now. */
export interface Decider {
  readonly person: string;
  readonly name: string;
  /** As drillbook.yaml has it: free text. */
  readonly telephone?: string;
  /** He may decide alone, by breaking the glass, and only so. */
  readonly alone?: true;
}

export interface Deciders {
  readonly people: readonly Decider[];
  /** Groups whose members only the identity provider knows. */
  readonly outside: readonly string[];
}

/** Whose run it is, as far as that decides who may decide: a worker from before does not say it with what waits. */
export interface Asking {
  readonly runbook: string;
  readonly mode: Mode;
  readonly requester: string;
  /** The person behind a machine's delivery, who counts as the requester too. */
  readonly behind?: string | undefined;
  /** Absent: not known here; then a live approval is taken to be none of its requester's, as it is by default. */
  readonly plan?: Plan;
}

type Asked = Pick<Pending, 'key' | 'kind' | 'from' | 'breakGlass' | 'notFrom' | 'votes'> & {
  readonly choices: readonly string[];
};

/** The people of drillbook.yaml, in its order, who may give one of the answers, and have not. */
export function whoDecides(config: Config, asking: Asking, asked: Asked): Deciders {
  const access = accessOf(config);
  const { kind, from, breakGlass = [], votes } = asked;
  const { runbook, mode } = asking;
  const { notFrom = isNobodysOwn(asking, asked) ? [asking.requester, asking.behind ?? ''] : [] } = asked;
  const askers = notFrom.map(name => access.people.personOf(name) ?? name);
  const isExcluded = (person: string): boolean =>
    (kind === 'approval' && votes.some(({ by }) => by === person)) || askers.includes(person);
  const people = Object.entries(config.people).flatMap(([person, { name, telephone }]): readonly Decider[] => {
    const caller = { person, groups: [], how: 'token', verified: true, name } as const;
    const may = (call: Call, choice?: string): boolean =>
      refusalOf(access, caller, call, { runbook, mode, choice, breakGlass: kind === 'held' ? breakGlass : [] }) ===
      undefined;
    const isNamed = from.length === 0 || access.people.isAmong(person, from);
    const votesToo = isNamed && !isExcluded(person) && asked.choices.some(choice => may(callFor(kind, choice), choice));
    const glass = access.people.isAmong(person, breakGlass) && may('break the glass');
    if (!votesToo && !(kind === 'approval' && glass)) return [];
    return [{ person, name, ...(telephone === undefined ? {} : { telephone }), ...(votesToo ? {} : { alone: true }) }];
  });
  return { people, outside: access.people.unknowable([...new Set([...from, ...breakGlass])]) };
}

/** Whoever asked for a live run does not agree with himself, unless the approval says so. */
function isNobodysOwn({ mode, plan }: Asking, { kind, key }: Asked): boolean {
  if (kind !== 'approval') return false;
  const step = plan?.steps.find(each => each.id === key);
  const given = valueOf(step?.with, 'not-requester');
  return typeof given === 'boolean' ? given : isLiveMode(mode);
}

/** The name of each answer in the roles of drillbook.yaml. */
export function callFor(kind: Pending['kind'], choice: string): Call {
  switch (kind) {
    case 'approval':
      return 'vote';
    case 'manual':
      return 'report';
    case 'held':
      return 'decide';
    case 'paused':
      return 'resume';
    case 'question':
      return choice === 'retry' || choice === 'skip' || choice === 'roll-back' ? choice : 'abort';
  }
}
