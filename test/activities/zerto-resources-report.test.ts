import { expect, test } from 'vitest';
import { boundSamples, resourcesReport } from '../../activities/zerto-resources-report.ts';
import { callOf, setStage } from './stage.ts';

const hour = 3_600_000;

async function read(given: object) {
  const stage = await setStage();
  const call = callOf('zerto/resources-report', given, { vpgs: stage.vpgs });
  return { ...stage, result: await resourcesReport(call, stage.context) };
}

test('the samples of a day, of all VMs of the site', async () => {
  const { result, context, sites } = await read({});
  const zvm = await sites.zvm('site-b', 'plan');
  const here = (await zvm.sites.local()).identifier;
  const vms = (await zvm.vms.list()).filter(vm => vm.recoverySiteId === here);
  const { samples, from, to } = result.outputs;
  expect(samples).toBe(24 * vms.length);
  expect(Date.parse(to) - Date.parse(from)).toBe(23 * hour);
  expect(context.clock() - Date.parse(to)).toBeLessThanOrEqual(hour);
  expect(result.evidence).toMatchObject([{ kind: 'observation', what: 'resources report' }]);
  expect(result.told).toEqual([]);
});

test.each([
  [['crm'], 1],
  [['crm', 'payments-db'], 2],
])('only of %j', async (vpgs, each) => {
  const { result } = await read({ vpgs, last: 3 * hour });
  expect(result.outputs.samples).toBe(3 * each);
  const [evidence] = result.evidence ?? [];
  const { samples } = (evidence?.kind === 'observation' ? evidence.seen : {}) as {
    samples: { Vpg: { VpgName: string } }[];
  };
  expect(samples).toHaveLength(3 * each);
  expect([...new Set(samples.map(({ Vpg }) => Vpg.VpgName))].sort()).toEqual(vpgs);
});

test('a span without samples', async () => {
  const stage = await setStage();
  stage.simulator.faults.add({ path: 'reports/resources', then: { kind: 'status', status: 200, body: [] } });
  const call = callOf('zerto/resources-report', { vpgs: ['crm'] }, { vpgs: stage.vpgs });
  const { outputs, told } = await resourcesReport(call, stage.context);
  expect(outputs).toEqual({ samples: 0, from: '', to: '' });
  expect(told).toEqual(['the resources report has no sample of crm in this span']);
});

test('the newest that fit, with the hash of all', () => {
  const all = [1, 2, 3, 4].map(n => ({ raw: { n, text: 'x'.repeat(30) } }));
  const { evidence, shown } = boundSamples(all, 100);
  expect(shown).toBe(2);
  expect(evidence).toMatchObject({ seen: { samples: [{ n: 3 }, { n: 4 }] } });
  const whole = boundSamples(all, 10_000).evidence;
  const hashOf = (e: typeof evidence) => (e.kind === 'observation' ? (e.seen as { sha256: string }).sha256 : '');
  expect(hashOf(whole)).toBe(hashOf(evidence));
});
