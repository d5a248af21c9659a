import type { Json, JsonMap } from '../../actions/json.ts';
import { renderTemplate } from '../../expressions/evaluate.ts';
import { references } from '../../expressions/references.ts';
import type { Template } from '../plan.ts';
import { celsIn } from './templates.ts';

/** What is known before a run starts, in the names of one scope. */
export interface Known {
  /** `inputs`, `vars`, and of `run` name, mode and site. */
  readonly values: JsonMap;
  /** Inputs that are only known as the scope begins. */
  readonly late: ReadonlySet<string>;
}

/** Of `run`, what the Plan itself says. */
export const knownOfRun: readonly string[] = ['name', 'mode', 'site'];

/** Whether what an expression reads is known. `each`: that is known too. */
export function isKnownSource(source: string, { late }: Known, each = false): boolean {
  return references(source).every(({ path: [root = '', name] }) => {
    switch (root) {
      case 'run':
        return name !== undefined && knownOfRun.includes(name);
      case 'inputs':
        return name === undefined ? late.size === 0 : !late.has(name);
      case 'each':
        return each;
      default:
        return root === 'vars';
    }
  });
}

/** The values that a template has, once, or for each item of a list; undefined where one of them is not known. */
export function valuesOf(template: Template, known: Known, items?: readonly Json[]): readonly Json[] | undefined {
  if (!celsIn(template).every(cel => isKnownSource(cel, known, items !== undefined))) return undefined;
  const scopes: readonly JsonMap[] =
    items === undefined ? [known.values] : items.map((value, index) => ({ ...known.values, each: { value, index } }));
  const values: Json[] = [];
  for (const scope of scopes) {
    const rendered = renderTemplate(template, scope);
    if (!rendered.ok) return undefined;
    values.push(rendered.value);
  }
  return values;
}

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
