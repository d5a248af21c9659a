import { z } from 'zod';
import { checkpointField, durationFromZero, time } from '../../actions/fields.ts';
import type { Shape } from '../shape/fields.ts';
import type { InputDraft, InputType } from '../model.ts';

/** What an expression must give that fills an input: in a webhook, in the `inputs` of a sub-runbook. */
export function inputFieldShape(input: InputDraft): Shape {
  if (input.type !== 'list') return shapeFor(input.type, input);
  const of = input.values === undefined ? shapeFor(input.of, input) : shapeFor('enum', input);
  return { kind: 'list', of, schema: z.array(z.unknown()) };
}

function shapeFor(type: InputType, input: InputDraft): Shape {
  switch (type) {
    case 'number':
      return { kind: 'number', schema: z.number() };
    case 'boolean':
      return { kind: 'bool', schema: z.boolean() };
    case 'duration':
      return { kind: 'duration', schema: durationFromZero() };
    case 'time':
      return { kind: 'time', schema: time() };
    case 'checkpoint':
      return { kind: 'checkpoint', schema: checkpointField() };
    case 'enum':
      return { kind: 'words', values: input.values ?? [] };
    case 'string':
    case 'list':
      return { kind: 'text', schema: z.string() };
  }
}
