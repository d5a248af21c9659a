import type { JsonMap } from '../actions/json.ts';
import { cutText, fitted } from './bounded.ts';
import type { Work } from './guard-work.ts';

/** Of one text of a ZVM: the reason of a task, or who has done it. */
const mostCharacters = 2_048;

type Asked = { readonly call: { readonly action: string } };

/** As it may go into a history: what a ZVM tells of what has happened there is bounded, and never refused. */
export function keptWork<I extends Asked, R extends object>(work: (input: I) => Promise<R>): (input: I) => Promise<R> {
  return async input => keep(await work(input), input.call.action);
}

/** Of a baseline that is the end already. */
export function keptBaseline(work: Work<'baseline'>): Work<'baseline'> {
  return async input => {
    const result = await work(input);
    return result.already === undefined ? result : { ...result, already: keep(result.already, input.call.action) };
  };
}

/** What results of the guard's work have in common. Evidence has bounds of its own. */
interface Result {
  readonly outputs?: JsonMap;
  readonly told?: readonly string[];
  readonly error?: string;
  readonly said?: string;
  readonly foreign?: string;
  readonly others?: string;
}

const texts = ['error', 'said', 'foreign', 'others'] as const;

function keep<R extends object>(result: R, action: string): R {
  const given: Result = result;
  const { outputs, leftOut = [] } = given.outputs === undefined ? {} : fitted(given.outputs);
  const told = [...(given.told ?? []).map(shorten), ...leftOut.map(name => tooMuch(action, name))];
  const said: Partial<Result> = Object.fromEntries(
    texts.flatMap(name => (given[name] === undefined ? [] : [[name, shorten(given[name])]])),
  );
  return {
    ...result,
    ...said,
    ...(outputs === undefined ? {} : { outputs }),
    ...(told.length === 0 ? {} : { told }),
  };
}

const shorten = (text: string): string => cutText(text, mostCharacters);

const tooMuch = (action: string, name: string): string =>
  `${action}: outputs.${name} is more than a run keeps, and was left out`;
