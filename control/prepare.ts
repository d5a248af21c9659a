import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Mode, modes } from '../actions/contract.ts';
import { compile, type Compiled } from '../compiler/compile.ts';
import type { Diagnostic } from '../compiler/diagnostics.ts';
import { encodeJson } from '../compiler/encode/json.ts';
import { encodeText } from '../compiler/encode/text.ts';
import type { Plan } from '../compiler/plan.ts';
import { type Config, configNames, loadConfig, ConfigRefused } from './config/config.ts';
import { findPublished, type Found } from './library/published.ts';
import { compileVersion } from './library/version.ts';
import { projectRootOf } from './project-root.ts';
import { loadFrom } from './sub-runbooks.ts';

export type Prepared =
  | {
      readonly kind: 'ready';
      readonly plan: Plan;
      readonly config?: Config;
      readonly configSha256: string;
      readonly published?: Omit<Found, 'content'>;
    }
  | Refused;

/** Why nothing can start: all diagnostics, as text with code frames and as JSON. */
interface Refused {
  readonly kind: 'refused';
  readonly report: string;
  readonly json: string;
}

/** Reads a runbook and its drillbook.yaml and gives the Plan of one mode, or every reason why there is none. */
export async function prepare(options: {
  readonly file: string;
  readonly mode: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly configPath?: string;
}): Promise<Prepared> {
  const { file, mode, inputs, configPath } = options;
  const text = await readOrRefuse(file);
  if (typeof text !== 'string') return text;
  try {
    const config = configPath === undefined ? undefined : await loadConfig(configPath);
    const texts: Record<string, string> = { [file]: text };
    const load = loadFrom(projectRootOf(file, configPath), process.cwd());
    const compiled = compile(
      { file, text },
      {
        ...(config !== undefined && { names: configNames(config) }),
        load: (wanted, from) => {
          const found = load(wanted, from);
          if ('text' in found) texts[found.file] = found.text;
          return found;
        },
      },
    );
    const planned = planOf(compiled, mode, inputs, texts);
    if (planned.kind === 'refused') return planned;
    const { plan } = planned;
    if (config === undefined) return { kind: 'ready', plan, configSha256: '' };
    return { kind: 'ready', plan, config, configSha256: config.pinnedSha256 };
  } catch (error) {
    return refuseConfig(error, configPath);
  }
}

/** The same of a runbook out of the library, by its name, and by a hash where it is not the newest version. `now`: ms since 1970. */
export async function preparePublished(options: {
  readonly name: string;
  readonly hash?: string | undefined;
  readonly mode: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly configPath: string;
  readonly now: number;
}): Promise<Prepared> {
  const { name, hash, mode, inputs, configPath, now } = options;
  try {
    const config = await loadConfig(configPath);
    const found = await findPublished(config, { name, hash }, now);
    if ('why' in found) return refuseText(found.why);
    const { content, ...published } = found;
    const planned = planOf(compileVersion(content, configNames(config)), mode, inputs, content.files);
    if (planned.kind === 'refused') return planned;
    return { kind: 'ready', plan: planned.plan, config, configSha256: config.pinnedSha256, published };
  } catch (error) {
    return refuseConfig(error, configPath);
  }
}

function planOf(
  compiled: Compiled,
  mode: string,
  inputs: Readonly<Record<string, unknown>>,
  texts: Readonly<Record<string, string>>,
): { readonly kind: 'planned'; readonly plan: Plan } | Refused {
  if (!isMode(mode)) return refuseText(`There is no mode "${mode}": the modes are ${modes.join(', ')}.`);
  const planned = compiled.plan(mode, inputs);
  if (!('plan' in planned)) return refuse(planned.diagnostics, texts);
  if (planned.notBuilt.length > 0) return refuse(planned.notBuilt, texts);
  return { kind: 'planned', plan: planned.plan };
}

/** Throws what is no fault of drillbook.yaml. */
function refuseConfig(error: unknown, configPath: string | undefined): Refused {
  if (error instanceof ConfigRefused) {
    return { kind: 'refused', report: error.message, json: encodeJson(error.diagnostics) };
  }
  if (isFileError(error) && configPath !== undefined)
    return refuseText(`${'path' in error ? String(error.path) : configPath} cannot be read (${error.code}).`);
  throw error;
}

async function readOrRefuse(file: string): Promise<string | Prepared> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (!isFileError(error)) throw error;
    const why = error.code === 'ENOENT' ? 'there is no such file' : error.code;
    return refuseText(`${basename(file)} cannot be read: ${why} (${file}).`);
  }
}

function refuse(diagnostics: readonly Diagnostic[], texts: Readonly<Record<string, string>>): Refused {
  return { kind: 'refused', report: encodeText(diagnostics, texts), json: encodeJson(diagnostics) };
}

function refuseText(sentence: string): Refused {
  return { kind: 'refused', report: sentence, json: JSON.stringify({ error: sentence }) };
}

const isMode = (mode: string): mode is Mode => (modes as readonly string[]).includes(mode);

function isFileError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}
