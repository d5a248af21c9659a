import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScheduleNotFoundError, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { auditFile } from '../../control/audit.ts';
import type { Pending } from '../../engine/pending.ts';
import type { Control } from '../../control/connection.ts';
import { newKey } from '../../control/signing.ts';
import { createConsoleApp } from '../../console/app.ts';
import { createConfigReader } from '../../console/config-reader.ts';
import { createDeps } from '../../console/console.ts';
import type { ConsoleDeps } from '../../console/deps.ts';
import { hashOf } from '../../control/access/token-hash.ts';

/** A run as Temporal has it. */
export interface FakeRun {
  readonly runbook: string;
  readonly mode: string;
  /** What its worker answers that waits for people. */
  readonly pending?: readonly Pending[];
}

/** A schedule as Temporal has it: what `schedule apply` has made. */
export function fakeSchedule(
  id: string,
  more: { readonly paused?: string; readonly blackouts?: readonly string[] } = {},
) {
  const [runbook = ''] = id.split('/');
  const { paused, blackouts = [] } = more;
  const memo = { drillbook: 'schedule/v1', project: 'bank', runbook };
  const start = {
    plan: { name: runbook, mode: 'drill', hash: 'hash', site: 'site-b', steps: [], source: { file: 'x.yaml' } },
    run: { requester: 'ana' },
    schedule: { id, timeZone: 'Europe/London', blackouts },
  };
  return {
    ...{ scheduleId: id, memo },
    action: { args: [start], memo: { file: `runbooks/${runbook}.yaml` } },
    spec: { calendars: [{ comment: '30 3 * * 6' }], timezone: 'Europe/London' },
    state: { paused: paused !== undefined, note: paused },
    info: { nextActionTimes: [], numActionsMissedCatchupWindow: 1, numActionsSkippedOverlap: 2 },
  };
}

export type FakeSchedule = ReturnType<typeof fakeSchedule>;

/** What was said to a run, as it reaches Temporal. */
export interface Said {
  readonly run: string;
  readonly update: string;
  readonly word: Readonly<Record<string, unknown>>;
}

export interface Started {
  readonly id: string;
  readonly info: Record<string, unknown>;
  readonly inputs: unknown;
  readonly proof?: unknown;
  readonly memo: Readonly<Record<string, unknown>>;
  readonly lift?: unknown;
  readonly plan: unknown;
}

export interface Stage {
  readonly dir: string;
  readonly deps: ConsoleDeps;
  /** Each update that got past the console, in order. */
  readonly said: Said[];
  /** Workflow ids that were started. */
  readonly started: Started[];
  /** Workflows that tell people. */
  readonly told: { readonly id: string; readonly input: Readonly<Record<string, unknown>> }[];
  /** Lines of the console's log. */
  readonly logged: readonly string[];
  /** `path`: or a whole URL, of another host. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** With a token, and JSON. */
  call(method: string, path: string, token: string, body?: unknown): Promise<Response>;
  configure(text: string): void;
  audit(): Promise<Record<string, unknown>[]>;
  close(): void;
}

export const key = newKey();
export const tokenOf = (person: string): string => `drillbook_${person.padEnd(43, '0')}`;
export const listedToken = (person: string, expires = '2099-12-31'): string =>
  `{ person: ${person}, sha256: "${hashOf(tokenOf(person))}", expires: "${expires}" }`;

export const baseConfig = `apiVersion: drillbook-config/v1
secrets: { zvm: { env: ZVM }, decision: { file: decision.pem } }
sites:
  site-b:
    url: https://127.0.0.1:9669
    zerto-name: Slough
    generation: windows
    account: { kind: windows, username: drillbook, password: zvm }
`;

/** Ana decides and cem operates, each by a token. */
export const approverAndOperator = `${baseConfig}
people: { ana: { name: Ana }, cem: { name: Cem } }
roles: [{ role: approver, to: [ana] }, { role: operator, to: [cem] }]
identity:
  unverified: allow
  tokens:
    - ${listedToken('ana')}
    - ${listedToken('cem')}
`;

const runbook = (name: string): string => `apiVersion: drillbook/v1
name: ${name}
site: site-b
modes: { drill: {}, failover: {}, move: {}, change: {} }
steps:
  - { id: go, uses: approval, with: { message: "Go on?", from: [ana], count: 1 }, timeout: 1h }
`;

export const host = 'http://127.0.0.1:8080';

/** A console without a server, on a Temporal that records what is said to it. What decides is the console's own. */
export async function startStage(
  config: string,
  {
    runs = {},
    schedules = [],
    clock = Date.now,
    dir = mkdtempSync(join(tmpdir(), 'drillbook-console-')),
    url = () => host,
    change = deps => deps,
  }: {
    readonly runs?: Readonly<Record<string, FakeRun>>;
    readonly schedules?: readonly FakeSchedule[];
    readonly clock?: () => number;
    /** Of a stage before: as after a restart. */
    readonly dir?: string;
    readonly url?: () => string;
    /** Puts something else in the place of some. */
    readonly change?: (deps: ConsoleDeps) => ConsoleDeps;
  } = {},
): Promise<Stage> {
  const configPath = join(dir, 'drillbook.yaml');
  const configure = (text: string): void => {
    writeFileSync(configPath, text);
  };
  configure(config);
  writeFileSync(join(dir, 'decision.pem'), key.pem, { mode: 0o600 });
  for (const name of ['payments', 'ledger']) writeFileSync(join(dir, `${name}.yaml`), runbook(name));
  const said: Said[] = [];
  const started: Stage['started'] = [];
  const told: Stage['told'] = [];
  const logged: string[] = [];
  const made = await createDeps({
    ...{ control: recordingControl(runs, schedules, said, started, told), configPath, base: dir, project: dir, clock },
    readConfig: createConfigReader(configPath),
    log: line => void logged.push(line),
    place: { host: '127.0.0.1' },
    url,
  });
  const deps = change(made);
  const app = createConsoleApp(deps);
  const ask = async (path: string, init: RequestInit = {}) => await app.request(new URL(path, host).href, init);
  return {
    ...{ dir, deps, said, started, told, logged, ask, configure },
    call: (method, path, token, body) =>
      ask(path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async audit() {
      const text = await readFile(auditFile(dir), 'utf8').catch(() => '');
      return text
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line) as Record<string, unknown>);
    },
    close: () => {
      deps.feeds.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

interface StartOptions {
  readonly workflowId: string;
  readonly args: [Record<string, unknown>];
  readonly memo: Readonly<Record<string, unknown>>;
}

/** Of Temporal's client, what the console's calls reach. */
function recordingControl(
  runs: Readonly<Record<string, FakeRun>>,
  schedules: readonly FakeSchedule[],
  said: Said[],
  started: Stage['started'],
  told: Stage['told'],
): Control {
  const describe = (id: string) => {
    const own = started.find(each => each.id === id)?.memo;
    const run = runs[id];
    const memo =
      own ??
      (run && { runbook: run.runbook, mode: run.mode, site: 'site-b', requester: 'cem', plan: 'hash', startedAt: 0 });
    if (memo === undefined) return Promise.reject(new WorkflowNotFoundError('not found', id, undefined));
    return Promise.resolve({
      ...{ workflowId: id, type: 'runbook', status: { name: 'RUNNING' }, startTime: new Date(0) },
      memo,
      typedSearchAttributes: { get: () => undefined },
    });
  };
  const client = {
    options: { loadedDataConverter: { payloadCodecs: [] } },
    connection: { withDeadline: (_: number, act: () => Promise<unknown>) => act() },
    workflow: {
      getHandle: (id: string) => ({
        describe: () => describe(id),
        query: () => Promise.resolve(runs[id]?.pending ?? []),
        executeUpdate: (update: string, { args }: { args: [Record<string, unknown>] }) => {
          said.push({ run: id, update, word: args[0] });
          return Promise.resolve({ counted: true, text: `${String(args[0]['by'])} was heard` });
        },
      }),
      async *list() {
        for (const id of [...Object.keys(runs), ...started.map(each => each.id)]) yield await describe(id);
      },
      start: (type: string, { workflowId, args, memo }: StartOptions) => {
        if (type === 'tell') {
          if (told.some(({ id }) => id === workflowId))
            return Promise.reject(new WorkflowExecutionAlreadyStartedError('there is one', workflowId, type));
          const [{ input }] = args;
          told.push({ id: workflowId, input: input as Record<string, unknown> });
          return Promise.resolve();
        }
        if (started.some(({ id }) => id === workflowId))
          return Promise.reject(new WorkflowExecutionAlreadyStartedError('there is one', workflowId, type));
        const [{ run, proof, lift, plan }] = args;
        const { inputs } = plan as { readonly inputs: unknown };
        started.push({ id: workflowId, info: run as Record<string, unknown>, inputs, proof, memo, lift, plan });
        return Promise.resolve();
      },
    },
    schedule: {
      async *list() {
        for (const schedule of schedules) yield await Promise.resolve(schedule);
      },
      getHandle: (id: string) => ({
        describe: () => {
          const found = schedules.find(({ scheduleId }) => scheduleId === id);
          return found === undefined
            ? Promise.reject(new ScheduleNotFoundError('not found', id))
            : Promise.resolve(found);
        },
        pause: (note: string) => Promise.resolve(void said.push({ run: id, update: 'pause', word: { note } })),
        unpause: (note: string) => Promise.resolve(void said.push({ run: id, update: 'unpause', word: { note } })),
      }),
    },
    workflowService: {},
  };
  return {
    client: client as unknown as Control['client'],
    address: '',
    namespace: 'default',
    close: () => Promise.resolve(),
  };
}
