import {
  bool,
  dyn,
  duration,
  type ExprType,
  type Field,
  type Fields,
  fields,
  listOf,
  never,
  number,
  object,
  type Scope,
  string,
  words,
} from '../expressions/types.ts';
import { type Mode, modes } from '../actions/contract.ts';
import type { InputDraft, InputType, StepDraft } from './model.ts';
import { outputTypes, typeOfJson } from './types.ts';
import { isBefore, type ModeStep, resolve, type View } from './view.ts';

const statuses = ['succeeded', 'failed', 'errored', 'timed_out', 'cancelled', 'skipped'] as const;
const triggers = ['schedule', 'cli', 'console', 'api', 'webhook'] as const;
const verdicts = ['passed', 'passed_with_exceptions', 'failed', 'inconclusive'] as const;

/** The scopes of a mode's steps. What all of them share is made once. */
export class Scopes {
  private readonly view: View;
  private readonly inputs: Field;
  private readonly vars: Field;
  private readonly run: Field;
  private readonly runAtEnd: Field;
  private readonly known = new Map<string, ExprType>();

  constructor(view: View) {
    this.view = view;
    this.inputs = { type: { kind: 'object', fields: inputFields(view) } };
    const vars = [...view.vars].map(([name, { value }]): [string, Field] => [name, { type: typeOfJson(value) }]);
    this.vars = { type: { kind: 'object', fields: fields(Object.fromEntries(vars)) } };
    // A step that several modes share may compare with any of them.
    const run = {
      id: string,
      name: string,
      mode: words(modes),
      trigger: words(triggers),
      requester: string,
      reason: string,
    };
    const place = { site: string, url: string };
    this.run = { type: object({ ...run, ...place }) };
    this.runAtEnd = { type: object({ ...run, ...place, verdict: words(verdicts) }) };
  }

  /** `each`: the type of an item, where there is one. */
  of(step: ModeStep, each?: ExprType): Scope {
    const steps: Field = { type: { kind: 'object', fields: this.stepsFor(step) } };
    const item = each === undefined ? undefined : { type: object({ value: each, index: number }) };
    const atEnd = step.draft.phase === 'finally';
    return {
      get: name => {
        switch (name) {
          case 'inputs':
            return this.inputs;
          case 'vars':
            return this.vars;
          case 'run':
            return atEnd ? this.runAtEnd : this.run;
          case 'steps':
            return steps;
          case 'each':
            return item ?? { type: dyn, refused: '`each` is only there in a step with for-each' };
          default:
            return undefined;
        }
      },
      names: () => ['inputs', 'vars', 'run', 'steps', ...(item === undefined ? [] : ['each'])],
    };
  }

  private stepsFor(reader: ModeStep): Fields {
    const { view } = this;
    return {
      get: id => {
        const step = id === '' ? undefined : view.all.get(id);
        if (step === undefined) return undefined;
        const place = view.places.get(id);
        if (place === undefined) return this.leftOut(id, step, reader);
        const target = view.steps[place];
        if (target === undefined || !isBefore(view, place, reader.place))
          return { type: dyn, refused: this.notBefore(id, place, reader) };
        return { type: this.stepType(target, reader.draft.phase === 'finally') };
      },
      names: () => view.runbook.steps.filter(s => s.index < reader.draft.index).map(s => s.id),
    };
  }

  private notBefore(id: string, place: number, reader: ModeStep): string {
    if (place === reader.place) return `step "${id}" is this one: it has not ended yet`;
    const where = place > reader.place ? 'it stands below' : 'add it to `needs`';
    return `step "${id}" is not certain to have ended before this one: ${where}`;
  }

  /** Left out by `only`: it reads `skipped`, and has no outputs. */
  private leftOut(id: string, step: StepDraft, reader: ModeStep): Field {
    if (step.index >= reader.draft.index && reader.draft.phase !== 'finally')
      return { type: dyn, refused: `step "${id}" is not certain to have ended before this one: it stands below` };
    const absent = `step "${id}" is left out of mode ${this.view.mode}`;
    const outputs = this.outputs(step, this.anyMode(step), () => ({ absent, constant: never }));
    return {
      type: {
        kind: 'object',
        fields: fields({
          status: { type: words(statuses), constant: '"skipped"' },
          outputs: { type: { kind: 'object', fields: fields(outputs) }, constant: 'dyn({})' },
        }),
      },
      constant: 'dyn({"status": "skipped", "outputs": {}})',
    };
  }

  private anyMode(step: StepDraft): Mode {
    return step.only?.[0]?.value ?? this.view.mode;
  }

  private stepType(step: ModeStep, atEnd: boolean): ExprType {
    const key = `${step.place} ${atEnd}`;
    let type = this.known.get(key);
    if (type === undefined) {
      const absent = this.whyAbsent(step, atEnd);
      const outputs = this.outputs(step.draft, this.view.mode, () => (absent === undefined ? {} : { absent }));
      type = {
        kind: 'object',
        fields: fields({
          status: { type: words(statuses) },
          outputs: step.contract === undefined ? { type: dyn } : { type: { kind: 'object', fields: fields(outputs) } },
        }),
      };
      this.known.set(key, type);
    }
    return type;
  }

  private whyAbsent({ draft }: ModeStep, atEnd: boolean): string | undefined {
    if (atEnd) return `step "${draft.id}" may not have run`;
    // Of a for-each the items are skipped one by one; the list of them is always there.
    return draft.if !== undefined && draft.forEach === undefined
      ? `step "${draft.id}" may be skipped by its \`if\``
      : undefined;
  }

  private outputs(step: StepDraft, mode: Mode, more: () => Partial<Field>): Readonly<Record<string, Field>> {
    const contract = resolve(step.contract, mode);
    const own: Record<string, Field> = contract === undefined ? {} : { ...outputTypes(contract) };
    const choices = choicesOf(step);
    if (choices !== undefined && own['choice'] !== undefined) own['choice'] = { type: words(choices) };
    if (step.forEach === undefined) return withEach(own, more());
    const perItem =
      step.if === undefined && step.onFailure?.value !== 'continue'
        ? own
        : withEach(own, { absent: 'not every item has it' });
    const item = object({ value: dyn, status: words(statuses), outputs: { kind: 'object', fields: fields(perItem) } });
    return withEach({ items: { type: listOf(item) }, succeeded: { type: number }, failed: { type: number } }, more());
  }
}

function withEach(own: Readonly<Record<string, Field>>, more: Partial<Field>): Readonly<Record<string, Field>> {
  return Object.fromEntries(Object.entries(own).map(([name, field]) => [name, { ...field, ...more }]));
}

/** The words that an approval's `choice` can be. */
function choicesOf(step: StepDraft): readonly string[] | undefined {
  if (step.contract?.name !== 'approval' || step.with?.kind !== 'map') return undefined;
  const choices = step.with.entries.get('choices');
  if (choices?.kind === 'lit') return Array.isArray(choices.value) ? choices.value.map(String) : undefined;
  if (choices?.kind !== 'list') return undefined;
  const found = choices.items.map(item =>
    item.kind === 'lit' && typeof item.value === 'string' ? item.value : undefined,
  );
  return found.every(c => c !== undefined) ? found : undefined;
}

function inputFields(view: View): Fields {
  const { inputs } = view.runbook;
  return {
    get: name => {
      const input = inputs.get(name);
      return input && inputField(input, view.mode);
    },
    names: () => inputs.keys(),
  };
}

function inputField(input: InputDraft, mode: Mode): Field {
  const given = input.default !== undefined || input.required === 'all' || input.required.includes(mode);
  const why = `mode ${mode} does not require it and it has no default`;
  return { type: inputType(input), ...(!given && { absent: why }) };
}

function inputType(input: InputDraft): ExprType {
  if (input.type !== 'list') return typeFor(input.type, input);
  return listOf(input.values === undefined ? typeFor(input.of, input) : words(input.values));
}

function typeFor(type: InputType, input: InputDraft): ExprType {
  switch (type) {
    case 'number':
      return number;
    case 'boolean':
      return bool;
    case 'duration':
      return duration;
    case 'enum':
      return words(input.values ?? []);
    case 'string':
    case 'time':
    case 'checkpoint':
    case 'list':
      return string;
  }
}
