export type Severity = 'error' | 'warning';

/** A message with its place for parameters. */
export interface Kind {
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
  DB1012: error('a key must be text, and none of __proto__, constructor, prototype'),
  DB1013: error('the file is empty'),
  DB1014: error('everything behind " #" is a comment and is lost', 'Write: {mended}'),
  DB1015: error('this condition must be quoted as a whole', 'Write: {mended}'),
  DB1016: error('an expression here must be quoted', 'Write: {mended}'),
  DB1017: error('"{value}" is no number that drillbook knows'),
  DB1030: error('from here on the file is no UTF-8', 'Save it as UTF-8; it is in another encoding, or it is no text.'),
  DB1031: error('the file is UTF-16', 'Save it as UTF-8.'),
  DB1032: error('this file cannot be read: {why}'),

  DB2001: error('"{key}" is missing in {where}'),
  DB2002: error('unknown key "{key}" in {where}{suggestion}'),
  DB2003: error('{what} must be {wanted}, this is {found}'),
  DB2004: error('unknown step "{id}" in needs{suggestion}'),
  DB2005: error('the id "{id}" is taken', 'The first one is in line {line}.'),
  DB2006: error('"{name}" is no name: small letters, digits and "_", a letter first'),
  DB2007: error('unknown action "{action}"{suggestion}'),
  DB2008: error('unknown mode "{mode}"{suggestion}', 'Modes are drill, failover, move and change.'),
  DB2009: error('this runbook has no mode "{mode}"{suggestion}', 'Declare it under `modes`.'),
  DB2010: error('"{text}" is no duration', 'Durations are 90s, 15m, 1h30m, 2d.'),
  DB2011: error('{what}: {why}'),
  DB2012: error('unknown {kind} "{name}"{suggestion}', 'Names of this kind are those of {file}.'),
  DB2013: error('this apiVersion is not known: "{found}"', 'Write: {wanted}'),
  DB2014: error('{what} is {kind}, this is {found}', 'Quote it: "{written}"'),
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
  DB2030: error('"{name}" cannot be a name: an expression cannot read it', 'Give it another one.'),
  DB2040: error(
    'cron: {why}',
    'Five fields: minute, hour, day of month, month, day of week; numbers, names, "*", ",", "-", "/".',
  ),
  DB2041: error(
    'the trigger name "{name}" is taken',
    'The first one is in line {line}; a schedule without a name has its mode’s.',
  ),
  DB2042: error(
    'unknown time zone "{zone}"{suggestion}',
    'Zones are those of IANA, letter for letter: Europe/London, UTC.',
  ),
  DB2043: error('a schedule starts drills only, not mode {mode}', 'A person or a webhook starts a live run.'),
  DB2044: error(
    '{what} does not give {names}, which mode {mode} requires',
    'Give it under `inputs` of the trigger, or a `default`.',
  ),
  DB2045: error('the input "{name}" does not fit: {why}'),
  DB2046: error('this runbook has no input "{name}"{suggestion}', 'Declare it under `inputs` of the runbook.'),
  DB2047: error('a secret cannot stand in {what}', '{allowed}'),
  DB2048: error('{what}: at most one of {keys} may stand here'),
  DB2049: error('"{text}" is no size', 'Sizes carry their unit: 512MiB, 10GiB, 20%.'),
  DB2050: error(
    'the input "{name}" has a default and is required: one of the two',
    'With a default nobody must give it.',
  ),
  DB2051: error('"{value}" stands twice in {what}'),
  DB2052: error(
    '{what} is a secret: neither text nor an expression may stand here',
    'Write { secret: NAME }; where its value is read stands under `secrets` of drillbook.yaml.',
  ),
  DB2053: error(
    'catch-up: {text} is longer than {most}',
    'After an outage it would start a drill that nobody expects any more; what it misses is told.',
  ),

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
  DB4020: error('the sub-runbook {file} cannot be read: {why}'),
  DB4021: error('the sub-runbook {file} does not compile: {count}, the first at {place}'),
  DB4022: error(
    'the sub-runbook {file} has no mode "{mode}"',
    'It has {modes}; `mode` under `with` says which is meant.',
  ),
  DB4023: error('a runbook that comes back to itself: {circle}'),
  DB4024: error('sub-runbooks are nested more than {limit} levels deep'),
  DB4025: error('with this sub-runbook there are more than {limit} steps in all'),
  DB4026: error(
    'mode {caller} cannot call a sub-runbook in mode {mode}',
    'A sub-runbook has the mode of its caller, or drill; a drill calls only drills.',
  ),
  DB4027: error('the sub-runbook {file} has no input "{name}"{suggestion}'),
  DB4028: error('the sub-runbook {file} requires in mode {mode}: {names}', 'Give it under `inputs` of `with`.'),
  DB4029: error('the input "{name}" of {file} does not fit: {why}'),
  DB4030: error(
    '{what} names VPGs, and {path} is known too late for that',
    'VPGs are looked up and locked before anything opens: their names come from what is known at the start, or from a zerto/find-vpgs or zerto/create-vpg step.',
  ),
  DB4031: error(
    '{action} cannot stand below "{opening}": VPGs are locked only while nothing is open',
    'Put it above the first step that opens something.',
  ),
  DB4032: error('`max-failures` is only possible with `on-failure: continue`; in mode {mode} this step has {policy}'),
  DB4033: error('`hold` is only possible on a step that opens a failover test'),
  DB4034: error('the sub-runbook {file} {what}: that is not possible {where}'),
  DB4035: error('the lists of this for-each and of the runbooks that it calls make more than {limit} steps'),
  DB4036: error(
    '{what} decides what this step may do, and {path} is known too late for that',
    'It comes from what is known before the run starts: vars, inputs, run.name, run.mode, run.site.',
  ),
  DB4037: error(
    '{what}: {path} cannot be read here',
    'Nobody who starts a run says who agrees to it: only vars can be read.',
  ),
  DB4038: error(
    'the commit "{id}" in the sub-runbook {file} lacks `{key}`: what becomes of the VMs that were moved?',
    'Write remove or keep there.',
  ),

  DB4040: error('the trigger "{name}" may not start {what}', 'What it may start stands under `triggers` in {file}.'),
  DB4041: error(
    'a webhook starts mode {mode}, and nobody is asked before {what}: put an approval there',
    'A machine may start a live run; people agree before it does more than look.',
  ),
  DB4042: error(
    'this commit leaves out {vpgs}, which the run has open too',
    'Leave `vpgs` away: all that is open is committed.',
  ),
  DB4043: error('`{key}` is missing in this commit: what becomes of the VMs that were moved?', 'Write remove or keep.'),
  DB4044: error('this mode never opens "{vpg}"', 'Leave `vpgs` away: it means all that is open.'),
  DB4045: error('the endpoint "{name}" cannot be called with {method}', 'In {file} it has the methods {methods}.'),
  DB4046: error(
    'a check only reads: the command "{name}" is {effect}',
    'Its effect stands in {file}; use command/run for what changes something.',
  ),
  DB4047: error('{count} arguments: the command "{name}" takes {args} of a runbook', 'How many stands in {file}.'),
  DB4048: error('the command "{name}" is not there {where}', 'By {file} it is installed on {via}.'),
  DB4050: error(
    'this approval can never be given: votes needed: {count}, people in `from`: {people}',
    'Who is in a group stands in {file}.',
  ),

  DB5003: error('step {id}: {what} is not built yet, so mode {mode} cannot run'),

  DB6001: error('this runbook has no input "{name}"{suggestion}'),
  DB6002: error('the input "{name}" is required in mode {mode}', 'Give it: --input {name}=…'),
  DB6003: error('the input "{name}" does not fit: {why}'),
  DB6004: error('this runbook has no mode "{mode}"', 'It has {modes}.'),
  DB6005: error('{what}: {why}'),

  DB7001: warning('nobody is asked before this opens live', 'Put an approval above it.'),
  DB7002: warning(
    'mode {mode} opens VPGs and reaches no zerto/commit',
    'Whoever runs it must commit or roll back by hand.',
  ),
  DB7003: warning('a drill without a check proves little', 'Add a check/tcp or check/http behind the recovery.'),
  DB7004: warning('the input "{name}" is not used'),
  DB7005: warning('the {objective} objective is never measured: mode {mode} has {missing}'),
  DB7006: warning('the host is the same in drill and failover: one of the two looks at the wrong place'),
  DB7007: warning('these recoveries use different checkpoints: {ids}'),
  DB7008: warning(
    'this failover {what}: VMs there may be up and taking writes',
    'Put a `manual` step before it, in which a person makes sure that they are not.',
  ),
  DB7009: warning('nothing waits for the check "{id}": {why}'),
  DB7010: warning(
    '{local} does not happen in {zone}: the clocks leap over it, and so does the schedule',
    'Choose another hour, or UTC.',
  ),
  DB7011: warning(
    'day of month and day of week are both given: both must match',
    'Crontab starts where one of them does. For either, write two schedules.',
  ),
  DB7012: warning(
    'the checkpoint that "{chosen}" takes ages while people decide in "{approval}"',
    'Choose it behind the approval.',
  ),
  DB7013: warning(
    'mode {mode} has no approval: by `policy.approval-for` of {file} it will not start',
    'Add an approval to `steps`.',
  ),
  DB7014: warning(
    'in {file} as a sub-runbook {keys} do nothing: of its limits only `timeout`, `closing` and `ask` count here',
    'Say it in the runbook that calls.',
  ),
  DB7015: warning(
    'the webhook "{name}" starts mode {mode}, and no approval asks two people: one alone decides what a machine began',
    'Give the approval `count: 2`. Who has the trigger’s secret may be that one.',
  ),
  DB7016: warning('the webhook "{name}" has no `if`: {also} start a run too', 'Give it one: `if: {condition}`.'),
  DB7019: warning(
    '`within` ({within}) reaches the next time of this schedule, {apart} later: a time that comes before the surprise has begun {what}',
    'Write a shorter `within`, or a cron with fewer times.',
  ),

  DB8001: error('{message}'),
  DB8002: error('unknown key "{key}" in {where}{suggestion}'),
  DB8004: error('unknown {kind} "{name}"{suggestion}'),
  DB8005: error(
    'a secret’s value stands here: name a secret instead',
    'Values are read from `env` or `file` under `secrets`.',
  ),
  DB8006: error('"{name}" is no name: small letters, digits and "-", a letter first'),
  DB8007: error('the name "{name}" is taken: names are unique over people, groups and triggers'),
  DB8008: error('the group "{name}" contains itself'),
  DB8009: error('{where}: text is wanted, this is {found}', 'Quote it: "{written}"'),
  DB8010: error('{where}: exactly one of {keys} must stand here'),
  DB8011: error('peers are peers both ways: {why}'),
  DB8012: error('no cron: {why}'),
  DB8013: error('"{name}" is no time zone{suggestion}', 'Time zones are IANA names: Europe/London, UTC.'),
  DB8014: error('{why}', 'Dates are quoted, year first: "2026-12-31".'),
  DB8015: error('this period ends before it begins: {to} is before {from}'),
  DB8016: error('this {login} is that of "{person}" too: a login belongs to one person'),
  DB8017: error(
    'the console would be open beyond this machine without {missing}',
    'Or listen on 127.0.0.1, without a public-url.',
  ),
  DB8018: error('the fallback of "{name}" comes back to it'),
  DB8019: error('"{pattern}" cannot be the name of a runbook', '"*" is the only wildcard: ledger*, *-drill.'),
  DB8020: error('an account of kind {kind} cannot sign in to generation {generation}: {kinds} can'),
  DB8021: error(
    'plain http shows keys and data to everybody on the way',
    'Write https; http is for addresses of this machine only.',
  ),
  DB8022: warning(
    'plain http: everybody on the way can read, and change, what this endpoint is sent and answers',
    'Write https where it can be had.',
  ),
  DB8023: warning(
    'this key signs everything, for everybody: it has neither a `person` nor a `for`',
    'Say what it is for: for: [starts, decisions] is what a console needs.',
  ),
  DB8030: warning('`{key}` is read by a later version: it does nothing yet'),
  DB8040: error('this calendar cannot be used: {why}', 'No drill that names it in `blackouts` would start.'),
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
