import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readInputs } from '../../cli/inputs.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'drillbook-inputs-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('readInputs', () => {
  it('keeps text as text, for the compiler to read by the type of the input', async () => {
    const input = ['checkpoint=tag:a=b', 'vpgs=a,b', 'empty=', 'text=x\ny'];
    expect(await readInputs(dir, { input })).toEqual({ checkpoint: 'tag:a=b', vpgs: 'a,b', empty: '', text: 'x\ny' });
  });

  it('reads := as JSON', async () => {
    expect(await readInputs(dir, { input: ['n:=[1,{"a":true}]', 's:="5"'] })).toEqual({ n: [1, { a: true }], s: '5' });
  });

  it('takes those of a file, and a single one wins', async () => {
    await writeFile(join(dir, 'in.json'), '{"a":1,"b":"x","__proto__":{"c":2}}');
    const read = await readInputs(dir, { input: ['b=y'], inputs: 'in.json' });
    expect(Object.entries(read)).toEqual([
      ['a', 1],
      ['b', 'y'],
      ['__proto__', { c: 2 }],
    ]);
  });

  it.each(['[1]', 'null', '"a"', '{', ''])('refuses a file that holds %j', async text => {
    await writeFile(join(dir, 'bad.json'), text);
    await expect(readInputs(dir, { inputs: 'bad.json' })).rejects.toThrow('must hold one JSON object');
  });

  it.each(['A=1', '=1', '1a=1', 'a b=1', 'a'])('refuses %j', async input => {
    await expect(readInputs(dir, { input: [input] })).rejects.toThrow('is no input');
  });
});
