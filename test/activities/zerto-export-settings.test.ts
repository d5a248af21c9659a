import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Json } from '../../actions/json.ts';
import { canonicalJson } from '../../activities/canonical-json.ts';
import { boundEvidence, exportSettings } from '../../activities/zerto-export-settings.ts';
import { callOf, endingFrom, setStage } from './stage.ts';

async function prepare(vpgs: readonly string[] = ['payments-db', 'crm', 'crm']) {
  const stage = await setStage();
  return { ...stage, call: callOf('zerto/export-settings', { vpgs }, { vpgs: stage.vpgs }) };
}

test('puts the settings into the report and leaves no object behind', async () => {
  const { call, context, simulator } = await prepare();
  const { outputs, evidence, told } = await exportSettings(call, context);
  expect(outputs.exported).toEqual(['crm', 'payments-db']);
  expect(told).toBeUndefined();
  expect(evidence).toMatchObject([
    { kind: 'observation', what: 'settings of crm', seen: { settings: { Basic: { Name: 'crm' } } } },
    { kind: 'observation', what: 'settings of payments-db', seen: { settings: { Basic: { Name: 'payments-db' } } } },
  ]);
  expect(simulator.openSettings()).toBe(0);
});

test('the hash can be made again from the evidence, and is the same for the same settings', async () => {
  const { call, context, sites, vpgs, simulator } = await prepare();
  const { outputs, evidence = [] } = await exportSettings(call, context);
  const seen = evidence.flatMap(e => (e.kind === 'observation' ? [e] : []));
  const all = Object.fromEntries(
    seen.map(({ what, seen }) => [what.replace('settings of ', ''), (seen as { settings: Json }).settings]),
  );
  const hash = createHash('sha256').update(canonicalJson(all)).digest('hex');
  expect(outputs.sha256).toBe(hash);
  expect((await exportSettings(call, context)).outputs.sha256).toBe(hash);
  const zvm = await sites.zvm('site-b', 'change');
  const id = await zvm.vpgSettings.create({ vpgId: vpgs['crm'] ?? '' });
  const document = await zvm.vpgSettings.get(id);
  document.Basic.JournalHistoryInHours = 7;
  await zvm.vpgSettings.put(id, document);
  await zvm.vpgSettings.commit(id, { notAfter: context.clock() + 5_000 });
  simulator.clock.advance(5_000);
  expect((await exportSettings(call, context)).outputs.sha256).not.toBe(hash);
});

test('an object is removed also where its reading fails', async () => {
  const { call, context, simulator } = await prepare();
  simulator.faults.add({ method: 'GET', path: 'vpgSettings/*', then: { kind: 'drop-before' } });
  expect((await endingFrom(exportSettings(call, context))).type).toBe('unreachable');
  expect(simulator.openSettings()).toBe(0);
});

test('a VPG that recovers elsewhere is refused', async () => {
  const { call, context } = await prepare(['files']);
  expect((await endingFrom(exportSettings(call, context))).type).toBe('failed');
});

test('what does not fit has its hash', () => {
  const text = 'x'.repeat(100);
  const { evidence, left } = boundEvidence({ a: { text }, b: { text: text + text }, c: { text } }, 250);
  expect(left).toEqual(['b']);
  expect(evidence.map(e => e.kind === 'observation' && Object.keys(e.seen as object))).toEqual([
    ['sha256', 'settings'],
    ['sha256'],
    ['sha256', 'settings'],
  ]);
});

test('parameters of scripts are not in the evidence, yet in the hash', () => {
  const settings = (parameters: string) => ({
    a: { Scripting: { PreRecovery: { Command: 'go.ps1', Parameters: parameters }, PostRecovery: { Parameters: '' } } },
  });
  const [one, other] = ['-Password hush-hush', '-Password other'].map(
    parameters => boundEvidence(settings(parameters), 1_000).evidence[0],
  );
  expect(JSON.stringify(one)).not.toContain('hush-hush');
  expect(one).toMatchObject({
    seen: {
      sha256: createHash('sha256')
        .update(canonicalJson(settings('-Password hush-hush').a))
        .digest('hex'),
      settings: {
        Scripting: { PreRecovery: { Command: 'go.ps1', Parameters: '…' }, PostRecovery: { Parameters: '' } },
      },
    },
  });
  expect(one).not.toEqual(other);
});

test('the order of keys does not count in canonical JSON', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'é"' }], a: true })).toBe('{"a":true,"b":[1,{"c":"é\\"","d":null}]}');
});
