import type { Effect, Mode } from '../../actions/contract.ts';
import type { DraftReader } from '../shape/drafts.ts';
import type { Runbook } from '../model.ts';
import type { Reporter } from '../reporter.ts';
import type { Range } from '../yaml/source.ts';

/** The names of a drillbook.yaml that a runbook may use. */
export interface ConfigNames {
  /** How the file is called in messages. */
  readonly file: string;
  readonly sites: readonly string[];
  readonly people: readonly string[];
  readonly groups: readonly string[];
  /** People and groups in a group; absent for one that the identity provider keeps. */
  readonly members?: Readonly<Record<string, readonly string[]>>;
  readonly targets: readonly string[];
  readonly probes: readonly string[];
  readonly secrets: readonly string[];
  /** Sites whose test networks reuse production addresses: there a drill's checks need `via`. */
  readonly overlapping: readonly string[];
  /** `methods`: what it may be called with. `effect`: what the operator declared, for every method. */
  readonly endpoints: Readonly<Record<string, { readonly methods: readonly string[]; readonly effect?: Effect }>>;
  /** `args`: how many a runbook may add. `via`: the probes or queues where it is installed; empty: everywhere. */
  readonly commands: Readonly<
    Record<string, { readonly effect: Effect; readonly args: number; readonly via: readonly string[] }>
  >;
  readonly calendars: readonly string[];
  /** `policy.approval-for`: modes in which a runbook without an approval does not start. */
  readonly approvalFor?: readonly Mode[];
  /** What may come in from outside, and what it may start; `*` is the only wildcard of `runbooks`. */
  readonly triggers: Readonly<
    Record<
      string,
      {
        readonly kind: string;
        readonly may: readonly { readonly runbooks: readonly string[]; readonly modes: readonly Mode[] }[];
      }
    >
  >;
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
        reporter.report('DB2004', at, { id, suggestion: reporter.didYouMean(id, places.keys()) });
      } else if (place >= step.index) {
        reporter.report('DB4004', at, { id, place: place === step.index ? 'this step itself' : 'below' });
      }
    }
  }
}

function checkConfigNames(runbook: Runbook, drafts: DraftReader, names: ConfigNames, reporter: Reporter): void {
  const check = (kind: string, name: string, at: Range): void => {
    reportUnknownName(kind, name, at, names, reporter);
  };
  const sites = [runbook.settings.site, ...[...runbook.modes.values()].map(m => m.settings.site)];
  for (const site of [...sites, ...runbook.steps.map(s => s.site)])
    if (site !== undefined) check('site', site.value, site.at);
  for (const { via } of runbook.modes.values()) if (via !== undefined) check('probe', via.value, via.at);
  for (const { kind, name, node } of drafts.names) check(kind, name, node);
}

/** A name that drillbook.yaml does not have; nothing of kinds that it does not give, which are names at a site. */
export function reportUnknownName(kind: string, name: string, at: Range, names: ConfigNames, reporter: Reporter): void {
  if (!isKind(kind)) return;
  const { what } = kinds[kind];
  const all = knownNames(kind, names);
  if (all.has(name)) return;
  reporter.report('DB2012', at, { kind: what, name, suggestion: reporter.didYouMean(name, all), file: names.file });
}

/** Kinds of names that drillbook.yaml gives; all others are names at a site, which is `plan`'s business. */
const kinds = {
  site: { what: 'site', known: (names: ConfigNames) => names.sites },
  target: { what: 'target', known: (names: ConfigNames) => names.targets },
  person: { what: 'person or group', known: (names: ConfigNames) => [...names.people, ...names.groups] },
  probe: { what: 'probe', known: (names: ConfigNames) => names.probes },
  secret: { what: 'secret', known: (names: ConfigNames) => names.secrets },
  endpoint: { what: 'endpoint', known: (names: ConfigNames) => Object.keys(names.endpoints) },
  command: { what: 'command', known: (names: ConfigNames) => Object.keys(names.commands) },
  calendar: { what: 'calendar', known: (names: ConfigNames) => names.calendars },
} as const;

/** One look-up for a file's many names. */
const lookups = new WeakMap<ConfigNames, Map<string, ReadonlySet<string>>>();

function knownNames(kind: keyof typeof kinds, names: ConfigNames): ReadonlySet<string> {
  const kept = lookups.get(names) ?? new Map<string, ReadonlySet<string>>();
  lookups.set(names, kept);
  const known = kept.get(kind) ?? new Set(kinds[kind].known(names));
  kept.set(kind, known);
  return known;
}

const isKind = (kind: string): kind is keyof typeof kinds => Object.hasOwn(kinds, kind);
