import { Duration, fromEachMs, fromMs, parseCel } from './environment.ts';
import { formatDuration } from './duration.ts';
import { inOurWords } from './own-words.ts';

/** What may cross a process; the same shape as actions/json.ts, this room imports nothing. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type Evaluated = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly error: string };

/** A value with expressions in it, as a Plan has it. */
export type Template =
  | { readonly lit: Json }
  | { readonly cel: string }
  | { readonly text: readonly (string | { readonly cel: string })[] }
  | { readonly list: readonly Template[] }
  | { readonly map: { readonly [key: string]: Template } };

/**
 * The value of an expression that `parseCheck` gave. Durations come out as ms. A sentence with the place instead of an
 * exception: never throws.
 */
export function evaluate(source: string, values: Readonly<Record<string, Json>>): Evaluated {
  return guarded(source, () => toJson(run(source, values)));
}

/** A template's value. Durations are ms where an expression stands alone and `5m12s` in text. Never throws. */
export function renderTemplate(template: Template, values: Readonly<Record<string, Json>>): Evaluated {
  if ('lit' in template) return { ok: true, value: template.lit };
  if ('cel' in template) return evaluate(template.cel, values);
  if ('text' in template) return renderText(template.text, values);
  if ('list' in template) {
    const list: Json[] = [];
    for (const item of template.list) {
      const value = renderTemplate(item, values);
      if (!value.ok) return value;
      list.push(value.value);
    }
    return { ok: true, value: list };
  }
  const map: [string, Json][] = [];
  for (const [key, item] of Object.entries(template.map)) {
    const value = renderTemplate(item, values);
    if (!value.ok) return { ok: false, error: `${key}: ${value.error}` };
    map.push([key, value.value]);
  }
  return { ok: true, value: Object.fromEntries(map) };
}

function renderText(
  parts: readonly (string | { readonly cel: string })[],
  values: Readonly<Record<string, Json>>,
): Evaluated {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const value = guarded(part.cel, () => toText(run(part.cel, values)));
    if (!value.ok) return value;
    text += value.value as string;
  }
  return { ok: true, value: text };
}

function run(source: string, values: Readonly<Record<string, Json>>): unknown {
  // Without a prototype: a bare `constructor` must not find Object's.
  return parseCel(source)(Object.assign(Object.create(null) as object, values));
}

function guarded(source: string, give: () => Json): Evaluated {
  try {
    return { ok: true, value: give() };
  } catch (error) {
    return { ok: false, error: sentence(error, source) };
  }
}

function sentence(error: unknown, source: string): string {
  const e = error as {
    readonly summary?: string;
    readonly message?: string;
    readonly range?: { start: number; end: number };
  };
  const part = e.range === undefined ? source : source.slice(e.range.start, Math.max(e.range.end, e.range.start + 1));
  const place = [part, source].map(s => s.replaceAll(`.${fromMs}()`, '').replaceAll(`.${fromEachMs}()`, '').trim());
  const where = place[0] === place[1] ? `"${place[1] ?? ''}"` : `"${place[0] ?? ''}" of "${place[1] ?? ''}"`;
  return `${inOurWords(e.summary ?? e.message)} in ${where}`;
}

function toJson(value: unknown): Json {
  switch (typeof value) {
    case 'string':
      return whole(value);
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new RangeError('the number is not finite');
      return value;
    case 'bigint':
      if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER)
        throw new RangeError('the number is too large');
      return Number(value);
    case 'object':
      if (value === null) return null;
      if (value instanceof Duration) return value.valueOf();
      if (Array.isArray(value)) return value.map(toJson);
      if (isPlain(value)) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, toJson(v)]));
      break;
    default:
  }
  throw new TypeError('the value cannot leave the expression');
}

const half = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** `substring` and `split` count in UTF-16 units and can cut a character; its half is no text that leaves the process. */
function whole(text: string): string {
  if (half.test(text)) throw new RangeError('a character is cut in half');
  return text;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // By name: a map made in another realm (a workflow's sandbox) has that realm's prototype.
  return prototype === null || (prototype as { constructor?: { name?: string } }).constructor?.name === 'Object';
}

function toText(value: unknown): string {
  if (typeof value === 'string') return whole(value);
  if (value instanceof Duration) return formatDuration(value.valueOf());
  if (Array.isArray(value)) return value.map(toText).join(', ');
  const json = toJson(value);
  return typeof json === 'object' ? JSON.stringify(json) : String(json);
}
