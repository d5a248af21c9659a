import type { Contract } from '../../actions/contract.ts';
import { actions, internalActions } from '../../actions/index.ts';
import type { JsonMap } from '../../actions/json.ts';
import { effectInWords } from '../pages/action-words.ts';
import { inputShape } from '../shape/fields.ts';
import { fromZod } from './from-zod.ts';
import type { JsonSchema } from './parts.ts';
import { ref } from './parts.ts';

/** Every action that an author can write, in the order of the contracts. */
export function writableActions(): readonly Contract[] {
  const internal: readonly string[] = internalActions;
  return Object.values<Contract>(actions).filter(({ name }) => !internal.includes(name));
}

/** The schema of `uses`: each action with what it does. */
export function usesSchema(): JsonSchema {
  const all = writableActions();
  return {
    type: 'string',
    enum: all.map(a => a.name),
    enumDescriptions: all.map(a => summaryOf(a).replaceAll('`', '')),
    markdownEnumDescriptions: all.map(summaryOf),
  };
}

function summaryOf(action: Contract): string {
  return `${action.summary}. Effect: ${effectInWords(action)}.`;
}

/** `with` of each action, by the names that `definitions` gives them. */
export function withDefinitions(): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(writableActions().map(a => [definitionName(a), withSchema(a)]));
}

const definitionName = ({ name }: Contract): string => `with-${name.replaceAll('/', '-')}`;

/** What is called must be known as the file is compiled: no expressions. */
const fixed: Readonly<Record<string, readonly string[]>> = { runbook: ['file', 'mode'] };

function withSchema(action: Contract): JsonSchema {
  const schema = fromZod(action.input, { expressions: true });
  const plain = fromZod(action.input)['properties'] as Readonly<Record<string, JsonMap>>;
  const literal = (fixed[action.name] ?? []).map(name => [name, { ...plain[name], allOf: [ref('literal')] }] as const);
  return {
    description: `What ${action.name} is given.`,
    ...schema,
    properties: { ...(schema['properties'] as JsonMap), ...Object.fromEntries(literal) },
    // `with:` with nothing behind it is an empty one.
    type: needsWith(action) ? 'object' : ['object', 'null'],
  };
}

/** On a step: what depends on its action. */
export function actionConditions(): readonly JsonSchema[] {
  return writableActions().map(action => {
    const required = [...(needsWith(action) ? ['with'] : []), ...(action.timeoutRequired === true ? ['timeout'] : [])];
    return {
      // An editor must not take an empty step for one of every action.
      if: { type: 'object', properties: { uses: { const: action.name } }, required: ['uses'] },
      then: {
        properties: { with: ref(definitionName(action)) },
        ...(required.length > 0 && { required }),
      },
    };
  });
}

function needsWith(action: Contract): boolean {
  const { keys, exactlyOneOf } = inputShape(action);
  return exactlyOneOf !== undefined || [...keys.values()].some(key => key.required);
}

/** A whole step of each action with its required keys, for editors to fill in. */
export function stepSnippets(): readonly JsonMap[] {
  return writableActions().map(action => {
    const { keys, exactlyOneOf } = inputShape(action);
    const wanted = [...keys].filter(([, key]) => key.required).map(([name]) => name);
    const names = wanted.length === 0 && exactlyOneOf !== undefined ? exactlyOneOf.slice(0, 1) : wanted;
    const given = Object.fromEntries(names.map((name, i) => [name, `$${i + 2}`]));
    return {
      label: action.name,
      description: action.summary,
      body: {
        id: '$1',
        uses: action.name,
        ...(names.length > 0 && { with: given }),
        ...(action.timeoutRequired === true && { timeout: `\${${names.length + 2}:1h}` }),
      },
    };
  });
}
