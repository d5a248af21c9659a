import { describe, expect, it, test } from 'vitest';
import { parseConfig } from '../../control/config/config.ts';
import type { Control } from '../../control/connection.ts';
import { findOtherConfig, whyOtherConfig } from '../../control/other-config.ts';
import { callsQueue } from '../../control/queues.ts';
import { configIn, identityOf } from '../../control/worker-identity.ts';
import { config as text } from '../cli/sample-config.ts';

const parsed = (yaml: string) => {
  const { config } = parseConfig(yaml, 'drillbook.yaml');
  if (config === undefined) throw new Error('it has mistakes');
  return config;
};
const config = parsed(text);

describe('what a run and its worker are compared by', () => {
  it('defect: a comment, a person or a new line of notifications made every later start fail until the workers restarted', () => {
    const more = `# whom we pair with\n${text}people: { zoe: { name: Zoe } }\ntargets: { log: { file: { path: x.jsonl } } }\nnotifications: [ { events: [held], to: [log] } ]\n`;
    const changed = parsed(more);
    expect(changed.sha256).not.toBe(config.sha256);
    expect(changed.pinnedSha256).toBe(config.pinnedSha256);
  });

  it('what a worker reads once is told apart, and a default that is written down is none', () => {
    for (const more of ['probes: { lan: { task-queue: lan } }\n', 'policy: { drill-interval: 30d }\n'])
      expect(parsed(text + more).pinnedSha256).not.toBe(config.pinnedSha256);
    expect(parsed(`${text}policy: { approval-for: [failover, move] }\n`).pinnedSha256).toBe(config.pinnedSha256);
  });

  it('stands in the name that a worker has at Temporal', () => {
    expect(configIn(identityOf(config.pinnedSha256))).toBe(config.pinnedSha256.slice(0, 12));
    expect(configIn('4711@host')).toBeUndefined();
  });
});

const now = Date.parse('2026-11-22T03:00:00Z');
type Poller = readonly [pinned: string | undefined, agoS: number];

function temporal(queues: Readonly<Record<string, readonly Poller[]>>): Control {
  const describeTaskQueue = ({ taskQueue: { name } }: { taskQueue: { name: string } }) =>
    Promise.resolve({
      pollers: (queues[name] ?? []).map(([pinned, ago]) => ({
        identity: pinned === undefined ? '4711@host' : identityOf(pinned),
        lastAccessTime: { seconds: now / 1_000 - ago, nanos: 0 },
      })),
    });
  return { client: { workflowService: { describeTaskQueue } }, namespace: 'default' } as unknown as Control;
}

const plan = { steps: [{ uses: 'zerto/sign-in', site: 'site-b', with: { lit: {} } }] } as never;
const other = 'f'.repeat(64);
const own = config.pinnedSha256;
const why = (pollers: readonly Poller[]) => whyOtherConfig(temporal({ drillbook: pollers }), plan, config, now);

test('defect: a start was taken while every worker read another drillbook.yaml, and its run was dead within a second', async () => {
  expect(await why([[other, 5]])).toMatch(
    /^the workers read another drillbook\.yaml \(f{12}\) than this one \([0-9a-f]{12}\): nothing was started.* Restart the workers/,
  );
  // Temporal still lists the one that has gone.
  expect(
    await why([
      [own, 200],
      [other, 5],
    ]),
  ).toContain('another drillbook.yaml');
  expect(
    await why([
      [other, 200],
      [own, 5],
    ]),
  ).toBeUndefined();
});

test('no start is refused where a worker reads the same, where one does not say, where none is there, or Temporal does not tell', async () => {
  for (const pollers of [
    [
      [own, 5],
      [other, 5],
    ],
    [[undefined, 5]],
    [
      [undefined, 5],
      [other, 5],
    ],
    [],
  ] as Poller[][])
    expect(await why(pollers)).toBeUndefined();
  const silent = { client: { workflowService: { describeTaskQueue: () => Promise.reject(new Error('x')) } } };
  expect(await whyOtherConfig(silent as unknown as Control, plan, config, now)).toBeUndefined();
  expect(await whyOtherConfig(temporal({ drillbook: [[other, 5]] }), plan, undefined, now)).toBeUndefined();
});

test('the workers of a site’s own task queue are asked too, and config check --live has a line for each queue', async () => {
  const apart = parsed(text.replace('zerto-name: Slough', 'zerto-name: Slough\n    task-queue: slough'));
  const workers = temporal({ drillbook: [[apart.pinnedSha256, 5]], [callsQueue('slough')]: [[other, 5]] });
  expect(await whyOtherConfig(workers, plan, apart, now)).toContain('the workers of the site site-b read another');
  expect(await findOtherConfig(workers, apart, now)).toMatchObject([
    { what: 'workers', ok: true },
    { what: 'workers of the site site-b', ok: false, found: expect.stringContaining('all read another') as string },
  ]);
  expect(await findOtherConfig(temporal({}), config, now)).toMatchObject([{ what: 'workers', ok: false }]);
});
