import { inputShape } from '../shape/fields.ts';
import { headOf } from '../shape/keys.ts';
import type { Draft } from '../model.ts';
import type { ConfigNames } from './names.ts';
import type { Reporter } from '../reporter.ts';
import type { ModeStep, View } from './view.ts';

/** What drillbook.yaml allows of endpoints, commands and places to look from. Unknown names are reported elsewhere. */
export function checkConfigUse(view: View, step: ModeStep, names: ConfigNames, reporter: Reporter): void {
  switch (step.contract?.name) {
    case 'http/request':
      checkMethods(step, names, reporter);
      break;
    case 'check/command':
    case 'command/run':
      checkCommand(view, step, names, reporter);
      break;
    case 'approval':
      checkCount(step, names, reporter);
      break;
    default:
  }
  checkVia(view, step, names, reporter);
}

/** Whether a step calls an endpoint or a command that drillbook.yaml does not have. */
export function namesUnknown(draft: Draft | undefined, { endpoints, commands }: ConfigNames): boolean {
  const [endpoint, command] = [textOf(entryOf(draft, 'endpoint')), textOf(entryOf(draft, 'command'))];
  return (
    (endpoint !== undefined && !Object.hasOwn(endpoints, endpoint)) ||
    (command !== undefined && !Object.hasOwn(commands, command))
  );
}

function checkMethods({ draft }: ModeStep, { endpoints, file }: ConfigNames, reporter: Reporter): void {
  const endpoint = entryOf(draft.with, 'endpoint');
  const name = textOf(endpoint);
  if (endpoint === undefined || name === undefined || !Object.hasOwn(endpoints, name)) return;
  const allowed = endpoints[name]?.methods ?? [];
  for (const request of [draft.with, entryOf(draft.with, 'undo')]) {
    const method = entryOf(request, 'method');
    const asked = textOf(method);
    if (request === undefined || method === undefined || asked === undefined || allowed.includes(asked)) continue;
    // A default stands nowhere.
    const at = method.at === request.at ? endpoint.at : method.at;
    reporter.report('DB4045', headOf(at, reporter), { name, method: asked, methods: allowed.join(', '), file });
  }
}

function checkCommand(view: View, { draft, contract }: ModeStep, names: ConfigNames, reporter: Reporter): void {
  const command = entryOf(draft.with, 'command');
  const name = textOf(command);
  const declared = name !== undefined && Object.hasOwn(names.commands, name) ? names.commands[name] : undefined;
  if (command === undefined || name === undefined || declared === undefined) return;
  const { file } = names;
  if (contract?.name === 'check/command' && declared.effect !== 'read')
    reporter.report('DB4046', command.at, { name, effect: declared.effect, file });
  const args = entryOf(draft.with, 'args');
  const given = args?.kind === 'list' ? args.items : args?.kind === 'lit' ? args.value : undefined;
  const count = Array.isArray(given) ? given.length : 0;
  if (args !== undefined && count > declared.args)
    reporter.report('DB4047', headOf(args.at, reporter), { name, count: `${count}`, args: `${declared.args}`, file });
  const own = entryOf(draft.with, 'via');
  const via = own === undefined ? view.via?.value : textOf(own);
  if (declared.via.length === 0 || (own !== undefined && via === undefined)) return;
  if (via === undefined || !declared.via.includes(via)) {
    const where = via === undefined ? 'without `via`' : `on ${via}`;
    reporter.report('DB4048', (own ?? command).at, { name, where, via: declared.via.join(', '), file });
  }
}

function checkVia(view: View, { draft, contract }: ModeStep, names: ConfigNames, reporter: Reporter): void {
  if (view.mode !== 'drill' || contract?.name.startsWith('check/') !== true) return;
  const site = draft.site ?? view.site;
  if (site === undefined || !names.overlapping.includes(site.value) || !inputShape(contract).keys.has('via')) return;
  if (entryOf(draft.with, 'via') === undefined && view.via === undefined)
    reporter.report('DB4009', draft.uses.at, { site: site.value });
}

/** More different people than `from` can ever give. */
function checkCount({ draft }: ModeStep, names: ConfigNames, reporter: Reporter): void {
  const [from, count] = [entryOf(draft.with, 'from'), entryOf(draft.with, 'count')];
  const voters = from?.kind === 'list' ? from.items.map(textOf) : [];
  if (from === undefined || count?.kind !== 'lit' || typeof count.value !== 'number') return;
  if (voters.length === 0 || !voters.every(name => name !== undefined)) return;
  const people = peopleIn(voters, names);
  if (people === undefined || people >= count.value) return;
  // A default stands nowhere.
  const at = draft.with?.at === count.at ? from.at : count.at;
  reporter.report('DB4050', headOf(at, reporter), { count: `${count.value}`, people: `${people}`, file: names.file });
}

/** How many different people stand for some names; undefined where one of them is not known, or nobody can tell. */
function peopleIn(voters: readonly string[], { people, groups, members = {} }: ConfigNames): number | undefined {
  const persons = new Set(people);
  const seen = new Set<string>();
  const open = [...voters];
  let count = 0;
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const below = Object.hasOwn(members, name) ? members[name] : undefined;
    if (persons.has(name)) count++;
    else if (!groups.includes(name) || below === undefined) return undefined;
    else open.push(...below);
  }
  return count;
}

function entryOf(draft: Draft | undefined, key: string): Draft | undefined {
  return draft?.kind === 'map' ? draft.entries.get(key) : undefined;
}

function textOf(draft: Draft | undefined): string | undefined {
  return draft?.kind === 'lit' && typeof draft.value === 'string' ? draft.value : undefined;
}
