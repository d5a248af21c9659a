import { didYouMean } from './diagnostics.ts';
import type { DraftReader } from './drafts.ts';
import type { Runbook } from './model.ts';
import type { Reporter } from './reporter.ts';
import type { Range } from './source.ts';

/** The names of a drillbook.yaml that a runbook may use. */
export interface ConfigNames {
  /** How the file is called in messages. */
  readonly file: string;
  readonly sites: readonly string[];
  readonly people: readonly string[];
  readonly groups: readonly string[];
  readonly targets: readonly string[];
  readonly probes: readonly string[];
  readonly secrets: readonly string[];
  /** Sites whose test networks reuse production addresses: there a drill's checks need `via`. */
  readonly overlapping: readonly string[];
}

/** Ids once in a file, `needs` that name steps above, and the names of drillbook.yaml where there is one. */
export function checkNames(
  runbook: Runbook,
  drafts: DraftReader,
  names: ConfigNames | undefined,
  reporter: Reporter,
): void {
  checkIds(runbook, reporter);
  checkNeeds(runbook, reporter);
  if (names !== undefined) checkConfigNames(runbook, drafts, names, reporter);
}

function checkIds(runbook: Runbook, reporter: Reporter): void {
  const seen = new Map<string, Range>();
  for (const { id, at } of runbook.steps) {
    if (id === '') continue;
    const first = seen.get(id);
    if (first === undefined) seen.set(id, at);
    else reporter.report('DB2005', at, { id, line: `${reporter.source.position(first.start).line}` });
  }
}

function checkNeeds(runbook: Runbook, reporter: Reporter): void {
  const places = new Map<string, number>();
  for (const step of runbook.steps) if (!places.has(step.id)) places.set(step.id, step.index);
  for (const step of runbook.steps) {
    for (const { value: id, at } of step.needs ?? []) {
      const place = places.get(id);
      if (place === undefined) {
        reporter.report('DB2004', at, { id, suggestion: didYouMean(id, places.keys()) });
      } else if (place >= step.index) {
        reporter.report('DB4004', at, { id, place: place === step.index ? 'this step itself' : 'below' });
      }
    }
  }
}

function checkConfigNames(runbook: Runbook, drafts: DraftReader, names: ConfigNames, reporter: Reporter): void {
  const check = (kind: string, known: readonly string[], name: string, at: Range): void => {
    if (known.includes(name)) return;
    reporter.report('DB2012', at, { kind, name, suggestion: didYouMean(name, known), file: names.file });
  };
  const { site } = runbook.settings;
  if (site !== undefined) check('site', names.sites, site.value, site.at);
  for (const { settings, via } of runbook.modes.values()) {
    if (settings.site !== undefined) check('site', names.sites, settings.site.value, settings.site.at);
    if (via !== undefined) check('probe', names.probes, via.value, via.at);
  }
  for (const { kind, name, node } of drafts.names) {
    switch (kind) {
      case 'target':
        check('target', names.targets, name, node);
        break;
      case 'person':
        check('person or group', [...names.people, ...names.groups], name, node);
        break;
      case 'probe':
        check('probe', names.probes, name, node);
        break;
      default:
    }
  }
}
