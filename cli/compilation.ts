import { readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Compiled } from '../compiler/compile.ts';
import type { Diagnostic } from '../compiler/diagnostics.ts';
import type { ConfigNames } from '../compiler/check/names.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';

/** The files of one command line: what was found in them, and their texts for the code frames, by the names in the diagnostics. */
export class Compilation {
  readonly texts: Record<string, string> = {};
  /** Runbooks without a drillbook.yaml. */
  readonly orphans: string[] = [];
  private readonly context: CliContext;
  private readonly configFlag: string | undefined;
  /** By all that they say: what a runbook and a sub-runbook both report is told once. */
  private readonly found = new Map<string, Diagnostic>();
  private readonly ofItself = new Map<string, readonly Diagnostic[]>();
  private readonly configs = new Map<string, Promise<ConfigNames | undefined>>();

  constructor(context: CliContext, configFlag: string | undefined) {
    this.context = context;
    this.configFlag = configFlag;
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.found.values()];
  }

  get hasErrors(): boolean {
    return this.diagnostics.some(({ severity }) => severity === 'error');
  }

  report(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) this.found.set(JSON.stringify(diagnostic), diagnostic);
  }

  /** How a file is called: from the working folder, where it lies in it. */
  nameOf(path: string): string {
    const name = relative(this.context.cwd, path);
    return name.startsWith('..') || isAbsolute(name) ? path : name;
  }

  /** A runbook, compiled in all its modes with the names of its drillbook.yaml. Undefined where it is no text. */
  async compile(file: string): Promise<Compiled | undefined> {
    const { outside, cwd } = this.context;
    const path = resolve(cwd, file);
    const text = await this.read(path);
    if (text === undefined) return undefined;
    const config = await outside.findConfig(dirname(path), configPathOf(this.context, this.configFlag));
    if (config === undefined) this.orphans.push(this.nameOf(path));
    const names = config === undefined ? undefined : await this.readConfig(config);
    const load = await outside.loadFrom(await outside.projectRootOf(path, config), cwd);
    const compiled = await outside.compile(
      { file: this.nameOf(path), text },
      {
        ...(names !== undefined && { names }),
        load: (wanted, from) => {
          const loaded = load(wanted, from);
          if ('text' in loaded) this.texts[loaded.file] = loaded.text;
          return loaded;
        },
      },
    );
    this.report(compiled.diagnostics);
    return compiled;
  }

  /** The names that runbooks may use. Each drillbook.yaml is read, and its diagnostics are told, once. */
  readConfig(path: string): Promise<ConfigNames | undefined> {
    const names = this.configs.get(path) ?? this.parseConfig(path);
    this.configs.set(path, names);
    return names;
  }

  /** The file for its own sake: also what this version does not use of it and which keys sign everything, which nobody asks who only uses its names; and the iCalendar files. */
  async validateConfig(path: string): Promise<void> {
    const { outside, now } = this.context;
    const names = await this.readConfig(path);
    this.report(this.ofItself.get(path) ?? []);
    const name = this.nameOf(path);
    const text = this.texts[name];
    // One with mistakes is mended first.
    if (names !== undefined && text !== undefined)
      this.report(await outside.checkCalendarFiles(text, name, dirname(path), now()));
  }

  private async parseConfig(path: string): Promise<ConfigNames | undefined> {
    const { outside } = this.context;
    const text = await this.read(path);
    if (text === undefined) return undefined;
    const { config, diagnostics, later } = await outside.parseConfig(text, this.nameOf(path));
    this.report(diagnostics);
    this.ofItself.set(path, later);
    return await outside.configNames(config);
  }

  private async read(path: string): Promise<string | undefined> {
    const name = this.nameOf(path);
    const bytes = await readFile(path).catch((error: unknown) => error as NodeJS.ErrnoException);
    if (bytes instanceof Error) {
      this.report([await this.context.outside.unreadable(name || '.', this.whyUnreadable(path, bytes))]);
      return undefined;
    }
    const decoded = await this.context.outside.decode(name, bytes);
    if ('diagnostics' in decoded) {
      this.report(decoded.diagnostics);
      return undefined;
    }
    this.texts[name] = decoded.text;
    return decoded.text;
  }

  private whyUnreadable(path: string, { code }: NodeJS.ErrnoException): string {
    switch (code) {
      case 'ENOENT':
      case 'ENOTDIR':
        return 'it is not there';
      case 'EISDIR':
        return `it is a folder; name the files in it, ${join(this.nameOf(path) || basename(path), '*.yaml')} for instance`;
      case 'EACCES':
      case 'EPERM':
        return 'its permissions forbid it';
      default:
        return code ?? 'for an unknown reason';
    }
  }
}
