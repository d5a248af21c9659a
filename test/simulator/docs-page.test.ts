import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readFaults } from '../../simulator/faults-file.ts';
import { readScenario } from '../../simulator/scenario-file/read.ts';
import { shippedScenarios } from '../../simulator/scenario-file/shipped-names.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/simulator.md'), 'utf8');
const [scenario = '', faults = ''] = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text);

it('the examples of docs/simulator.md are read', () => {
  const read = readScenario(scenario, 'docs/simulator.md');
  expect(read.vpgs[0]?.vms.map(vm => vm.name)).toEqual(['shop-1', 'shop-2', 'shop-3']);
  expect(readFaults(faults, 'docs/simulator.md', ['site-a', 'site-b'])).toHaveLength(3);
});

it('it names every shipped scenario and every kind of fault', () => {
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../schema/faults.schema.json'), 'utf8'),
  ) as unknown;
  const kinds = [...JSON.stringify(schema).matchAll(/"const":"([a-z-]+)"/g)].map(([, kind = '']) => kind);
  expect(kinds.length).toBeGreaterThan(10);
  for (const name of [...shippedScenarios, ...kinds]) expect(page).toContain(`\`${name}\``);
});
