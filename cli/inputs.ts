import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Json } from '../actions/json.ts';
import { Refused, WrongUsage } from './problems.ts';

/**
 * The inputs of a command line: `k=v` and `k=a,b` as text, which the compiler reads by the input's type, and `k:=…` as JSON. Those of
 * `--inputs` come first, a single `--input` wins over them.
 */
export async function readInputs(
  cwd: string,
  flags: { readonly input?: readonly string[] | undefined; readonly inputs?: string | undefined },
): Promise<Record<string, Json>> {
  const read = flags.inputs === undefined ? {} : await readInputsFile(resolve(cwd, flags.inputs));
  const single = new Map<string, Json>();
  for (const text of flags.input ?? []) {
    const [name, value] = readOne(text);
    if (single.has(name)) throw new WrongUsage(`--input gives "${name}" twice. A list is written ${name}=a,b.`);
    single.set(name, value);
  }
  return { ...read, ...Object.fromEntries(single) };
}

function readOne(text: string): readonly [string, Json] {
  const parts = /^([a-z][a-z0-9_]*)(:?)=(.*)$/s.exec(text);
  if (parts === null) throw new WrongUsage(`"${text}" is no input: write --input name=value, or name:=JSON.`);
  const [, name = '', isJson, value = ''] = parts;
  if (isJson === '') return [name, value];
  try {
    return [name, JSON.parse(value) as Json];
  } catch {
    throw new WrongUsage(`The value of --input ${name}:= is not JSON: ${value}`);
  }
}

async function readInputsFile(path: string): Promise<Record<string, Json>> {
  const text = await readFile(path, 'utf8');
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refused(`${path} must hold one JSON object: {"name": value}.`);
  }
  return value as Record<string, Json>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
