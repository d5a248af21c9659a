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
} from '../../expressions/types.ts';
import { type Mode, modes } from '../../actions/contract.ts';
import type { InputDraft, InputType, StepDraft } from '../model.ts';
import { outputTypes, typeOfJson } from './types.ts';
import { type Call, isBefore, type ModeStep, resolve, type View } from './view.ts';

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
    const { draft, place, unsure = false } = step;
    return this.scope({ place, index: draft.index, phase: draft.phase, unsure }, each);
  }

  /** Of the top-level outputs: all steps but those of `finally` have ended, or will never run. */
  ofOutputs(): Scope {
    const { runbook, steps } = this.view;
    const before = (list: readonly { readonly phase: string }[]): number =>
      list.filter(s => s.phase !== 'finally').length;
    const place = before(steps.map(s => s.draft));
    return this.scope({ place, index: before(runbook.steps), phase: 'outputs', unsure: false });
  }

  /** Of what is known as the run starts. */
  atStart(): Scope {
    const steps: Field = { type: dyn, refused: 'no step has ended here: this is known as the run starts' };
    const all = this.scope({ place: 0, index: 0, phase: 'outputs', unsure: false });
    return {
      get: name => (name === 'steps' ? steps : all.get(name)),
      names: () => [...all.names()].filter(name => name !== 'steps'),
    };
  }

  /** Of what decides how an item is performed: no step's outcome. */
  ofItem(step: ModeStep, each: ExprType): Scope {
    const steps: Field = { type: dyn, refused: 'what steps gave cannot be read here: only each, inputs, vars and run' };
    const all = this.of(step, each);
    return {
      get: name => (name === 'steps' ? steps : name === 'run' ? this.run : all.get(name)),
      names: () => [...all.names()].filter(name => name !== 'steps'),
    };
  }

  private scope(reader: Reader, each?: ExprType): Scope {
    const steps: Field = { type: { kind: 'object', fields: this.stepsFor(reader) } };
    const item = each === undefined ? undefined : { type: object({ value: each, index: number }) };
    const atEnd = reader.phase === 'finally';
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

  private stepsFor(reader: Reader): Fields {
    const { view } = this;
    return {
      get: id => {
        const step = id === '' ? undefined : view.all.get(id);
        if (step === undefined) return undefined;
        const place = view.places.get(id);
        if (place === undefined) return this.leftOut(id, step, reader);
        const target = view.steps[place];
        if (target === undefined || !this.isKnown(target, reader))
          return { type: dyn, refused: this.notBefore(id, place, reader) };
        return { type: this.stepType(target, reader.phase) };
      },
      names: () => idsAbove(view, reader.index),
    };
  }

  private isKnown({ place, draft }: ModeStep, reader: Reader): boolean {
    if (reader.phase === 'outputs') return draft.phase !== 'finally';
    return isBefore(this.view, place, reader.place) || (reader.unsure && place < reader.place);
  }

  private notBefore(id: string, place: number, reader: Reader): string {
    if (reader.phase === 'outputs') return `step "${id}" stands in \`finally\`: outputs are made before that`;
    if (place === reader.place) return `step "${id}" is this one: it has not ended yet`;
    const where = place > reader.place ? 'it stands below' : 'add it to `needs`';
    return `step "${id}" is not certain to have ended before this one: ${where}`;
  }

  /** Left out by `only`: it reads `skipped`, and has no outputs. */
  private leftOut(id: string, step: StepDraft, reader: Reader): Field {
    if (step.index >= reader.index && reader.phase !== 'finally')
      return { type: dyn, refused: `step "${id}" is not certain to have ended before this one: it stands below` };
    const absent = `step "${id}" is left out of mode ${this.view.mode}`;
    const outputs = this.outputs(step, this.anyMode(step), () => ({ absent, constant: never }));
    const untyped = this.isUntyped(step, this.view.callIn(step, this.anyMode(step)));
    return {
      type: {
        kind: 'object',
        fields: fields({
          status: { type: words(statuses), constant: '"skipped"' },
          outputs: { type: untyped ? dyn : { kind: 'object', fields: fields(outputs) }, constant: 'dyn({})' },
        }),
      },
      constant: 'dyn({"status": "skipped", "outputs": {}})',
    };
  }

  private anyMode(step: StepDraft): Mode {
    return step.only?.[0]?.value ?? this.view.mode;
  }

  private stepType(step: ModeStep, reader: Reader['phase']): ExprType {
    const key = `${step.place} ${reader === 'finally' || reader === 'outputs' ? reader : ''}`;
    let type = this.known.get(key);
    if (type === undefined) {
      const absent = this.whyAbsent(step, reader);
      const outputs = this.outputs(step.draft, this.view.mode, () => (absent === undefined ? {} : { absent }));
      type = {
        kind: 'object',
        fields: fields({
          status: { type: words(statuses) },
          outputs:
            step.contract === undefined || this.isUntyped(step.draft, step.call)
              ? { type: dyn }
              : { type: { kind: 'object', fields: fields(outputs) } },
        }),
      };
      this.known.set(key, type);
    }
    return type;
  }

  /** Why it has none was reported where it stands. */
  private isUntyped({ contract }: StepDraft, call: Call | undefined): boolean {
    return contract === undefined || (contract.name === 'runbook' && call === undefined);
  }

  /** Outputs at the top are only made where nothing has stopped: what was required has succeeded, or a person overcame it. */
  private whyAbsent({ draft, onFailure }: ModeStep, reader: Reader['phase']): string | undefined {
    if (reader === 'finally') return `step "${draft.id}" may not have run`;
    // Of a for-each the items are skipped one by one; the list of them is always there.
    if (draft.forEach !== undefined) return undefined;
    if (draft.if !== undefined) return `step "${draft.id}" may be skipped by its \`if\``;
    return reader === 'outputs' && onFailure === 'continue' ? `step "${draft.id}" may have failed` : undefined;
  }

  private outputs(step: StepDraft, mode: Mode, more: () => Partial<Field>): Readonly<Record<string, Field>> {
    const contract = resolve(step.contract, mode);
    const own: Record<string, Field> =
      contract?.name === 'runbook'
        ? this.calledOutputs(step, mode)
        : contract === undefined
          ? {}
          : { ...outputTypes(contract) };
    const choices = choicesOf(step);
    if (choices !== undefined && own['choice'] !== undefined) own['choice'] = { type: words(choices) };
    if (step.forEach === undefined) return withEach(own, more());
    const perItem =
      step.if === undefined && step.onFailure?.value !== 'continue' && step.perItem?.onFailure === undefined
        ? own
        : withEach(own, { absent: 'not every item has it' });
    const item = object({ value: dyn, status: words(statuses), outputs: { kind: 'object', fields: fields(perItem) } });
    return withEach({ items: { type: listOf(item) }, succeeded: { type: number }, failed: { type: number } }, more());
  }

  private calledOutputs(step: StepDraft, mode: Mode): Record<string, Field> {
    const outputs = this.view.callIn(step, mode)?.sub.outputs ?? new Map<string, ExprType>();
    return Object.fromEntries([...outputs].map(([name, type]) => [name, { type }]));
  }
}

/** Whose expression it is. */
interface Reader {
  readonly place: number;
  /** In the file: of the first step that does not stand above it. */
  readonly index: number;
  readonly phase: StepDraft['phase'] | 'outputs';
  readonly unsure: boolean;
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
    case 'list':
      return string;
    // Text, or the map that it came as.
    case 'checkpoint':
      return dyn;
  }
}

/** One by one: they are asked for at every name and needed only where one is wrong. */
function* idsAbove({ runbook }: View, index: number): Iterable<string> {
  for (const step of runbook.steps) if (step.index < index) yield step.id;
}
