import { suggest } from '../expressions/suggest.ts';
import type { Position } from './source.ts';

export type Severity = 'error' | 'warning';

export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly range: { readonly start: Position; readonly end: Position };
  /** How it can be mended, where that is not in the message. */
  readonly help?: string;
}

interface Kind {
  readonly severity: Severity;
  /** `{name}` is filled in. */
  readonly message: string;
  readonly help?: string;
}

/**
 * Every diagnostic, once. A code never changes its meaning and is never used again. DB1 YAML, DB2 keys, values and names,
 * DB3 expressions, DB4 order and effects, DB5 not built yet, DB6 inputs at the start, DB7 lints, DB8 drillbook.yaml.
 */
export const catalogue = {
  DB1001: error('YAML: {message}'),
  DB1002: error('the file is larger than 1 MiB'),
  DB1003: error('the key "{key}" stands twice in one map', 'Leave one of them out; the first is in line {line}.'),
  DB1004: error('YAML tags are refused: "{tag}"', 'Quote the value if it should be text.'),
  DB1005: error('merge keys ("<<") are refused', 'Write the keys out.'),
  DB1006: error('no anchor "&{name}" stands above this alias'),
  DB1007: error('the aliases of this file unfold to more than {limit} values'),
  DB1008: error('a second document in one file', 'Put it into a file of its own.'),
  DB1009: error('the directive "{directive}" is refused: YAML 1.2 only'),
  DB1010: error('a control character (U+{hex})'),
  DB1011: error('nested more than {limit} levels deep'),
  DB1012: error('a key must be text, and not "__proto__"'),
  DB1013: error('the file is empty'),
  DB1014: error('everything behind " #" is a comment and is lost', 'Quote the whole value: {mended}'),
  DB1015: error('this condition must be quoted as a whole', 'Write: {mended}'),
  DB1016: error('an expression here must be quoted', 'Write: {mended}'),
  DB1017: error('"{value}" is no number that drillbook knows'),

  DB2001: error('"{key}" is missing in {where}'),
  DB2002: error('unknown key "{key}" in {where}{suggestion}'),
  DB2003: error('{what} must be {wanted}, this is {found}'),
  DB2004: error('unknown step "{id}" in needs{suggestion}'),
  DB2005: error('the id "{id}" is taken', 'The first one is in line {line}.'),
  DB2006: error('"{name}" is no name: small letters, digits and "_", a letter first'),
  DB2007: error('unknown action "{action}"{suggestion}'),
  DB2008: error('unknown mode "{mode}"{suggestion}', 'Modes are drill, failover, move and change.'),
  DB2009: error('this runbook has no mode "{mode}"{suggestion}', 'Declare it under `modes`.'),
  DB2010: error('"{text}" is no duration', 'Durations are 90s, 15m, 1h30m, 2d; zero is none.'),
  DB2011: error('{what}: {why}'),
  DB2012: error('unknown {kind} "{name}"{suggestion}', 'Names of this kind are those of {file}.'),
  DB2013: error('this apiVersion is not known: "{found}"', 'Write: {wanted}'),
  DB2014: error('{what} is a name, this is {found}', 'Quote it: "{written}"'),
  DB2015: error('"{text}" is no time', 'Times are ISO 8601 with an offset: 2026-11-21T02:10:00Z.'),
  DB2016: error(
    '"{text}" is no checkpoint',
    'Write latest, tag:T, id:N or before:2026-11-21T02:10:00Z[,app-consistent].',
  ),
  DB2017: error('{what} must be a whole number from 1, this is {found}'),
  DB2018: error('"{text}" is none of {values}{suggestion}'),
  DB2019: error('{what}: exactly one of {keys} must stand here'),
  DB2020: error('mode {mode} has no site', 'Name it under `site`, at the top or in the mode.'),
  DB2021: error('the default does not fit: {why}'),
  DB2022: error('{what} must not be empty'),

  DB3001: error('{message}'),
  DB3002: error('a "${{" that nothing closes'),
  DB3003: error('{message}{suggestion}'),
  DB3004: error('{message}{suggestion}'),
  DB3005: error('{message}'),
  DB3006: error('{message}'),
  DB3007: error('here stands the bare expression, without "${{ }}"', 'Write: {mended}'),
  DB3008: error('{message}', 'Move part of it into a step of its own.'),
  DB3009: error('{what} must be plain text, without an expression'),

  DB4001: error(
    '{action} is {effect}: a drill may not go beyond isolated',
    'Limit the step with `only`, or use zerto/recover.',
  ),
  DB4002: error('{action} cannot be used in mode {mode}'),
  DB4003: error('`retry` is not possible with {action}: {why}'),
  DB4004: error('`needs` names only steps above: "{id}" is {place}'),
  DB4005: error(
    'zerto/roll-back stands only behind an `if` that compares the choice of an approval',
    "For example: steps.keep.outputs.choice == 'roll-back'",
  ),
  DB4006: error('{what} is not possible with {action}: {why}'),
  DB4007: error('preflight is read-only: {action} is {effect}'),
  DB4008: error('{action} cannot stand in {phase}'),
  DB4009: error('the test networks of {site} reuse production addresses: in a drill this check needs `via`'),

  DB5001: error('`{key}` is not built yet'),
  DB5002: error('{action} is not built yet'),
  DB5003: error('step {id}: {action} is not built yet, so mode {mode} cannot run'),
  DB5004: error('{what} must be known before the run starts; reading {path} here is not built yet'),

  DB6001: error('this runbook has no input "{name}"{suggestion}'),
  DB6002: error('the input "{name}" is required in mode {mode}', 'Give it: --input {name}=…'),
  DB6003: error('the input "{name}" does not fit: {why}'),
  DB6004: error('this runbook has no mode "{mode}"', 'It has {modes}.'),
  DB6005: error('{what}: {why}'),

  DB7001: warning('a live failover without an approval'),
  DB7002: warning(
    'mode {mode} opens VPGs and reaches no zerto/commit',
    'Whoever runs it must commit or roll back by hand.',
  ),
  DB7003: warning('a drill without a check proves little', 'Add a check/tcp or check/http behind the recovery.'),
  DB7004: warning('the input "{name}" is not used'),
  DB7005: warning('the {objective} objective is never measured: mode {mode} has {missing}'),
  DB7006: warning('the host is the same in drill and failover: one of the two looks at the wrong place'),
  DB7007: warning('these recoveries use different checkpoints: {ids}'),

  DB8001: error('{message}'),
  DB8002: error('unknown key "{key}" in {where}{suggestion}'),
  DB8003: error('`{key}` is not built yet'),
  DB8004: error('unknown {kind} "{name}"{suggestion}'),
  DB8005: error(
    'a secret’s value stands here: name a secret instead',
    'Values are read from `env` or `file` under `secrets`.',
  ),
  DB8006: error('"{name}" is no name: small letters, digits and "-", a letter first'),
  DB8007: error('the name "{name}" is taken: names are unique over people and groups'),
  DB8008: error('the group "{name}" contains itself'),
} as const satisfies Record<string, Kind>;

export type Code = keyof typeof catalogue;

type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Word<Name> | Names<Rest> : never;
/** Not what stands between the braces of a `${{ }}` that a message is about. */
type Word<S extends string> = S extends `${string}${' ' | '{'}${string}` ? never : S;
type HelpOf<K> = K extends { readonly help: infer H } ? H : '';
/** What the template and the help of a code want filled in. */
export type Params<C extends Code> = Readonly<
  Record<Names<(typeof catalogue)[C]['message']> | Names<HelpOf<(typeof catalogue)[C]>>, string>
>;

function error<const M extends string>(message: M): { severity: 'error'; message: M };
function error<const M extends string, const H extends string>(
  message: M,
  help: H,
): { severity: 'error'; message: M; help: H };
function error(message: string, help?: string): Kind {
  return { severity: 'error', message, ...(help !== undefined && { help }) };
}

function warning<const M extends string>(message: M): { severity: 'warning'; message: M };
function warning<const M extends string, const H extends string>(
  message: M,
  help: H,
): { severity: 'warning'; message: M; help: H };
function warning(message: string, help?: string): Kind {
  return { severity: 'warning', message, ...(help !== undefined && { help }) };
}

/** The message and help of a code with its parameters. */
export function phrase<C extends Code>(
  code: C,
  params: Params<C>,
): { severity: Severity; message: string; help?: string } {
  const { severity, message, help }: Kind = catalogue[code];
  const values: Readonly<Record<string, string>> = params;
  const fill = (template: string): string =>
    template.replaceAll(/\{([a-z]+)\}/g, (whole, name: string) =>
      Object.hasOwn(values, name) ? (values[name] ?? '') : whole,
    );
  return { severity, message: fill(message), ...(help !== undefined && { help: fill(help) }) };
}

/** `: did you mean "x"?` for the known name nearest to what was written, or nothing. */
export function didYouMean(written: string, known: Iterable<string>): string {
  return asked(suggest(written, known));
}

/** `: did you mean "x"?`, or nothing. */
export function asked(name: string | undefined): string {
  return name === undefined ? '' : `: did you mean "${name}"?`;
}
