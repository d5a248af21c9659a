import type { Json } from '../../actions/json.ts';
import { formatDuration } from '../../expressions/duration.ts';
import { describeShape, type ObjectShape, type Shape } from '../shape/fields.ts';
import { code } from './markdown.ts';

export interface FieldRow {
  /** `expect.status`, `vms[].name`. */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly default?: string;
  readonly description: string;
}

/** Every field of an object, those inside of it behind their own. */
export function fieldRows(shape: ObjectShape, prefix = ''): readonly FieldRow[] {
  return [...shape.keys].flatMap(([name, key]) => {
    const path = `${prefix}${name}`;
    const row: FieldRow = {
      path,
      type: typeOf(key.shape),
      required: key.required,
      description: key.description ?? '',
      ...(key.default !== undefined && { default: defaultOf(key.default, key.shape) }),
    };
    return [row, ...inner(key.shape, path)];
  });
}

function inner(shape: Shape, path: string): readonly FieldRow[] {
  switch (shape.kind) {
    case 'object':
      return fieldRows(shape, `${path}.`);
    case 'list':
      return inner(shape.of, `${path}[]`);
    case 'map':
      return inner(shape.of, `${path}.*`);
    case 'either':
      return shape.options.flatMap(option => inner(option, path));
    default:
      return [];
  }
}

function typeOf(shape: Shape): string {
  switch (shape.kind) {
    case 'words':
      return shape.values.map(value => code(String(value))).join(', ');
    case 'list':
      return `list of ${typeOf(shape.of)}`;
    case 'map':
      return `map of ${typeOf(shape.of)}`;
    case 'object':
      return 'map';
    case 'either':
      return shape.options.map(typeOf).join(' or ');
    case 'condition':
      return 'expression';
    case 'text':
      return `${withoutArticle(shape)}${shape.secret === true ? ' or a secret' : ''}`;
    default:
      return withoutArticle(shape);
  }
}

const withoutArticle = (shape: Shape): string =>
  describeShape(shape)
    .replace(/^the name of an? (.*)$/, '$1 name')
    .replace(/^an? /, '');

function defaultOf(value: Json, shape: Shape): string {
  if (shape.kind === 'duration' && typeof value === 'number') return code(formatDuration(value));
  if (typeof value !== 'object' || value === null) return code(String(value));
  // Of a checkpoint, how it is chosen.
  return code('by' in value && typeof value.by === 'string' ? value.by : JSON.stringify(value));
}
