import { expect, test } from 'vitest';
import { bounded, fitted } from '../../activities/bounded.ts';
import { keptWork } from '../../activities/guard-kept.ts';

const names = (n: number) => Array.from({ length: n }, (_, i) => `application-${i}`);

test('what is told of each of a thousand VPGs is kept, a long text is cut', () => {
  const identifiers = Object.fromEntries(names(1_000).map(name => [name, `id-${name}-`.padEnd(36, '0')]));
  expect(bounded('zerto/find-vpgs', { vpgs: names(1_000), identifiers })).toEqual({ vpgs: names(1_000), identifiers });
  const { body } = bounded('check/http', { body: 'x'.repeat(5_000) });
  expect(body).toBe(`${'x'.repeat(511)}…`);
});

test('outputs that a history should not keep are refused with a sentence (no bound but a comment)', () => {
  const deep = { all: { one: names(500) } };
  expect(() => bounded('zerto/export-settings', deep)).toThrow(
    /^zerto\/export-settings gave outputs of \d+ bytes, and a run keeps 2304 of them: ask for less at once/,
  );
  expect(() => bounded('zerto/find-vpgs', { vpgs: names(40_000) })).toThrow(/a run keeps 524288 of them/);
});

test('of what has been opened or ended nothing is refused: texts are cut shorter, no list is, and what is left out is named', () => {
  const vms = Array.from({ length: 400 }, (_, i) => ({ name: `vm-${i}-${'x'.repeat(900)}`, running: true }));
  const { outputs, leftOut } = fitted({ vms, checkpoint: '9' });
  expect(leftOut).toEqual([]);
  expect((outputs['vms'] as readonly unknown[]).length).toBe(400);
  expect(outputs['vms']).toContainEqual({ name: `vm-7-${'x'.repeat(90)}…`, running: true });
  expect(outputs['checkpoint']).toBe('9');
  expect(Buffer.byteLength(JSON.stringify(outputs))).toBeLessThan(400 * 256 + 2_048);
  // Names that are no longer than they may be stay as they are.
  expect(fitted({ name: 'y'.repeat(500) }).outputs).toEqual({ name: 'y'.repeat(500) });
  expect(fitted({ vms: names(40_000), checkpoint: '9' })).toEqual({ outputs: { checkpoint: '9' }, leftOut: ['vms'] });
});

test('a result of the guard is bounded, whatever the ZVM says', async () => {
  const long = 'z'.repeat(5_000);
  const cut = `${'z'.repeat(2_047)}…`;
  const input = { call: { action: 'zerto/failover' } };
  const kept = async <R extends object>(result: R): Promise<R> => await keptWork(() => Promise.resolve(result))(input);
  expect(await kept({ up: false, error: long, said: long })).toEqual({ up: false, error: cut, said: cut });
  expect(await kept({ up: true, outputs: { vms: names(40_000) }, told: [long] })).toEqual({
    up: true,
    outputs: {},
    told: [cut, 'zerto/failover: outputs.vms is more than a run keeps, and was left out'],
  });
  const plain = { taskId: 't', evidence: [{ text: long }] };
  expect(await kept(plain)).toEqual(plain);
});
