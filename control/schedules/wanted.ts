import { readFile } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { compile } from '../../compiler/compile.ts';
import type { Diagnostic } from '../../compiler/diagnostics.ts';
import { encodeJson } from '../../compiler/encode/json.ts';
import { encodeText } from '../../compiler/encode/text.ts';
import type { Plan } from '../../compiler/plan.ts';
import type { ScheduleDraft } from '../../compiler/model.ts';
import { decode } from '../../compiler/yaml/decode.ts';
import { type Config, configNames } from '../config/config.ts';
import { judgeWithdrawn } from '../library/why-withdrawn.ts';
import { whyNotStart } from '../start-check.ts';
import { loadFrom } from '../sub-runbooks.ts';

/** A schedule as a runbook's file has it, and the Plan that it runs. */
export interface Wanted {
  /** `RUNBOOK/NAME`. */
  readonly id: string;
  /** From the project's folder, with `/`. */
  readonly file: string;
  readonly draft: ScheduleDraft;
  readonly plan: Plan;
}

export type ReadWanted =
  | { readonly kind: 'read'; readonly wanted: readonly Wanted[]; readonly warnings: string }
  /** A file has mistakes, or two have a schedule of the same name: nothing is done with any of them. */
  | { readonly kind: 'refused'; readonly report: string; readonly json: string };

/** The schedules of these runbooks. Everything is called as from the project's folder, so that it is the same from wherever it is applied. */
export async function readWanted(files: readonly string[], root: string, config: Config): Promise<ReadWanted> {
  const found: Wanted[] = [];
  const diagnostics: Diagnostic[] = [];
  const texts: Record<string, string> = {};
  const sentences: string[] = [];
  const warnings = new Set<string>();
  const load = loadFrom(root, root);
  for (const path of files) {
    const file = fileIn(root, path);
    const decoded = decode(file, await readFile(path));
    if (!('text' in decoded)) {
      diagnostics.push(...decoded.diagnostics);
      continue;
    }
    texts[file] = decoded.text;
    const compiled = compile(
      { file, text: decoded.text },
      {
        names: configNames(config),
        load: (wanted, from) => {
          const loaded = load(wanted, from);
          if ('text' in loaded) texts[loaded.file] = loaded.text;
          return loaded;
        },
      },
    );
    diagnostics.push(...compiled.diagnostics);
    const { runbook } = compiled;
    if (runbook === undefined || isBad(compiled.diagnostics)) continue;
    for (const draft of runbook.triggers.schedules) {
      const planned = compiled.plan(draft.mode, draft.inputs);
      if (!('plan' in planned)) diagnostics.push(...planned.diagnostics);
      else if (planned.notBuilt.length > 0) diagnostics.push(...planned.notBuilt);
      else {
        const { plan } = planned;
        const refused = whyNotStart(plan, config);
        if (refused !== undefined) sentences.push(refused);
        const withdrawn = await judgeWithdrawn(plan, config, Date.now());
        if (withdrawn.refused !== undefined) sentences.push(`${file}, schedule ${draft.name}: ${withdrawn.refused}.`);
        if (withdrawn.warning !== undefined) warnings.add(withdrawn.warning);
        found.push({ id: `${plan.name}/${draft.name}`, file, draft, plan });
      }
    }
  }
  sentences.push(...twice(found));
  const once = [...new Map(diagnostics.map(diagnostic => [JSON.stringify(diagnostic), diagnostic])).values()];
  const report = [encodeText(once, texts), ...warnings, ...sentences].filter(text => text !== '').join('\n');
  if (!isBad(once) && sentences.length === 0) return { kind: 'read', wanted: found, warnings: report };
  const errors = { diagnostics: (JSON.parse(encodeJson(once)) as { diagnostics: unknown }).diagnostics };
  return { kind: 'refused', report, json: JSON.stringify({ ...errors, errors: sentences }) };
}

const isBad = (diagnostics: readonly Diagnostic[]): boolean => diagnostics.some(({ severity }) => severity === 'error');

/** With `/` on every system: it is compared with what another machine has applied. */
export function fileIn(root: string, path: string): string {
  return relative(root, resolve(root, path)).split(sep).join('/');
}

function twice(found: readonly Wanted[]): string[] {
  const first = new Map<string, string>();
  return found.flatMap(({ id, file }) => {
    const other = first.get(id);
    if (other === undefined) first.set(id, file);
    return other === undefined
      ? []
      : [`${other} and ${file} both have a schedule ${id}: give one of the runbooks another name.`];
  });
}
