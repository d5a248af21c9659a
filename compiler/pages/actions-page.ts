import { type Contract, modes } from '../../actions/contract.ts';
import { effectInWords } from './action-words.ts';
import { isBeyond } from '../check/effect.ts';
import { formatDuration } from '../../expressions/duration.ts';
import { inputShape, objectShape } from '../shape/fields.ts';
import { writableActions } from '../json-schema/actions.ts';
import { fieldRows } from './field-types.ts';
import { code, page, table } from './markdown.ts';

/** docs/actions.md: every action that an author can write. */
export function actionsPage(): string {
  const all = writableActions();
  return page([
    '# Actions',
    'Made from the contracts in `actions/`. `UPDATE=1 npx vitest run --project fast test/compiler/docs-pages.test.ts` writes it anew.',
    'A value under `with` may be an expression, `${{ … }}`; the type is that of its value. What decides how far a call reaches, who approves, or which file is called must be known before the run starts (docs/decisions/0006). Every action compiles; running a mode with one that is not built in this version is refused with DB5003.',
    table(
      ['action', 'does', 'effect', 'built'],
      all.map(a => [`[${a.name}](#${anchorOf(a.name)})`, a.summary, effectInWords(a), builtOf(a)]),
    ),
    ...all.flatMap(sectionOf),
  ]);
}

/** As GitHub makes them of a heading. */
const anchorOf = (heading: string): string => heading.replaceAll(/[^a-z0-9 -]/g, '').replaceAll(' ', '-');

function sectionOf(action: Contract): readonly (string | undefined)[] {
  const inputs = fieldRows(inputShape(action));
  const outputs = fieldRows(objectShape(action.output));
  const { exactlyOneOf, atMostOneOf } = inputShape(action);
  return [
    `## ${action.name}`,
    `${capital(action.summary)}.`,
    factsOf(action)
      .map(([what, says]) => `- ${what}: ${says}`)
      .join('\n'),
    inputs.length === 0 ? 'It is given nothing.' : undefined,
    table(
      ['`with`', 'type', 'required', 'default', ''],
      inputs.map(f => [code(f.path), f.type, f.required ? 'yes' : '', f.default ?? '', f.description]),
    ),
    exactlyOneOf === undefined ? undefined : `Exactly one of ${exactlyOneOf.map(code).join(', ')}.`,
    ...(atMostOneOf ?? []).map(keys => `At most one of ${keys.map(code).join(', ')}.`),
    table(
      ['output', 'type', ''],
      outputs.map(f => [code(f.path), f.type, f.description]),
    ),
  ];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function factsOf(action: Contract): readonly (readonly [string, string])[] {
  const legal = action.byMode === undefined ? action.modes : modes.filter(mode => action.byMode?.[mode] !== undefined);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['effect', effectInWords(action)],
    ['modes', (legal ?? modes).join(', ')],
    [
      'stands for',
      action.byMode &&
        Object.entries(action.byMode)
          .map(([mode, name]) => `${name} in mode ${mode}`)
          .join(', '),
    ],
    ['opens', action.opens && opened[action.opens]],
    ['closed always, by', action.closedBy],
    ['undone by a person, with', action.undoneBy],
    ['ends', action.ends && 'what this run has open live'],
    ['wall', action.wall && 'nothing below starts before it has ended, and it waits for all above'],
    ['people', action.people && 'it waits for them: not in a for-each, not in `finally`'],
    ['time-out', action.timeoutRequired === true ? 'must be stated' : formatDuration(action.timeoutMs)],
    ['`retry`', retryOf(action)],
    ['built', builtOf(action)],
  ];
  return facts.filter((f): f is readonly [string, string] => f[1] !== undefined);
}

/** After rule 6. */
function retryOf({ performer, effect }: Contract): string {
  if (performer !== 'activity' || (typeof effect === 'string' && isBeyond(effect, 'isolated'))) return 'no';
  return typeof effect === 'string'
    ? 'yes: tries until it holds'
    : 'where it is read or isolated: tries until it holds';
}

const opened = { test: 'a failover test', live: 'a live change', pause: 'a pause of the protection' } as const;

function builtOf({ built, notBuilt }: Contract): string {
  if (!built) return 'not in this version';
  return notBuilt === undefined ? 'yes' : 'yes, with limits that DB5003 names';
}
