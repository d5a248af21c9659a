import type { Json, JsonMap } from '../../actions/json.ts';
import type { Evaluator, Rendered } from '../../engine/evaluator.ts';

/** `true`, `false`, and paths; anything else is an error. As the engine sees it, this is all that CEL does. */
export const fake: Evaluator = {
  evaluate(source, scope) {
    if (source === 'true' || source === 'false') return { ok: true, value: source === 'true' };
    let value: Json | undefined = scope;
    for (const name of source.split('.')) {
      const map: JsonMap =
        typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonMap) : {};
      value = Object.hasOwn(map, name) ? map[name] : undefined;
    }
    return value === undefined ? { ok: false, error: `nothing is at ${source}` } : { ok: true, value };
  },
  render(template, scope): Rendered {
    if ('lit' in template) return { ok: true, value: template.lit };
    if ('cel' in template) return fake.evaluate(template.cel, scope);
    if ('map' in template) {
      const fields: [string, Json][] = [];
      for (const [name, part] of Object.entries(template.map)) {
        const value = fake.render(part, scope);
        if (!value.ok) return value;
        fields.push([name, value.value]);
      }
      return { ok: true, value: Object.fromEntries(fields) };
    }
    return { ok: false, error: 'not used in these tests' };
  },
};
