import { findAction } from '../../actions/index.ts';
import type { Json, JsonMap } from '../../actions/json.ts';
import { objectShape, type Shape } from '../../compiler/shape/fields.ts';

/** Outputs that an action could have given, of the types that its contract states. */
export function sampleOutputs(action: string): JsonMap {
  const contract = findAction(action);
  if (contract === undefined) throw new Error(`there is no action ${action}`);
  return sample(objectShape(contract.output)) as JsonMap;
}

function sample(shape: Shape): Json {
  switch (shape.kind) {
    case 'text':
    case 'name':
      return 'x';
    case 'time':
      return '2026-11-21T01:59:00Z';
    case 'number':
    case 'duration':
      return 1_000;
    case 'bool':
    case 'condition':
      return true;
    case 'words':
      return shape.values[0] ?? '';
    case 'checkpoint':
      return { x: { by: 'latest', kind: 'any' } };
    case 'list':
      return [sample(shape.of)];
    case 'map':
      return { x: sample(shape.of) };
    case 'object':
      return Object.fromEntries([...shape.keys].map(([name, key]) => [name, sample(key.shape)]));
    case 'either':
      return shape.options[0] === undefined ? null : sample(shape.options[0]);
    case 'any':
      return 'x';
    case 'secret':
      return { secret: 'x' };
  }
}
