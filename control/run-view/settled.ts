import { type KnownNames, knownValue } from '../../compiler/known-condition.ts';
import type { Json } from '../../actions/json.ts';
import type { PlanStep, Template } from '../../compiler/plan.ts';
import type { ScopeNames } from './scope-names.ts';

/** A step that may start before anybody is asked again. */
export interface Ahead {
  /** Its `with` as far as it is known. */
  readonly step: PlanStep;
  /** False: whether it starts hangs on what is not known here. */
  readonly sure: boolean;
  /** The VPGs that it names, where they are known. */
  readonly vpgs: readonly string[];
}

/** The items of a for-each; undefined: it is none, or they are not known. */
export function itemsOf({ forEach }: PlanStep, names: KnownNames): readonly Json[] | undefined {
  const list = forEach === undefined ? undefined : knownValue(forEach.items, names);
  return isList(list) ? list : undefined;
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** What stands in the brackets of each item's key: the texts where all are short and unique, else the places, as the engine has it. */
export function labelsOf(list: readonly Json[]): readonly string[] {
  const labels = list.map(value => (typeof value === 'object' ? '' : String(value)));
  const clear = labels.every(label => /^[^[\]\s](?:[^[\]\p{Cc}]{0,62}[^[\]\s])?$/u.test(label));
  return clear && new Set(labels).size === labels.length ? labels : list.map((_, place) => String(place));
}

/** As an item of the step sees it; where nobody knows which value the item has, without. */
export function withItem(step: PlanStep, names: ScopeNames, item: string): ScopeNames {
  const list = itemsOf(step, names);
  const value = list?.[labelsOf(list).indexOf(item)];
  return value === undefined ? names : { ...names, each: { value } };
}

/** A step with what is known of its `with`, and the VPGs that it names. */
export function settled(step: PlanStep, names: ScopeNames, items: readonly Json[] | undefined, sure: boolean): Ahead {
  const known = fieldsOf(step.with, names);
  const field = 'map' in step.with ? step.with.map['vpg'] : 'lit' in known ? fieldOf(known.lit) : undefined;
  const values =
    field === undefined
      ? []
      : items === undefined
        ? [knownValue(field, names)]
        : items.map(value => knownValue(field, { ...names, each: { value } }));
  const vpgs = values.filter(value => typeof value === 'string');
  // Where one of them is not known, none is named: those that are would seem to be all.
  return { step: { ...step, with: known }, sure, vpgs: vpgs.length === values.length ? [...new Set(vpgs)] : [] };
}

function fieldOf(lit: Json): Template | undefined {
  const value =
    typeof lit === 'object' && lit !== null && !Array.isArray(lit) ? (lit as { vpg?: Json }).vpg : undefined;
  return value === undefined ? undefined : { lit: value };
}

function fieldsOf(given: Template, names: KnownNames): Template {
  if (!('map' in given)) return given;
  const fields = Object.entries(given.map).map(([key, field]): [string, Template] => {
    const value = knownValue(field, names);
    return [key, value === undefined ? field : { lit: value }];
  });
  return { map: Object.fromEntries(fields) };
}
