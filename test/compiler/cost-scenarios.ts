import type { Mode } from '../../actions/contract.ts';
import type { File, Load } from '../../compiler/units.ts';

/** Runbooks of any size, each with another thing that could be looked at over and over again. */

export const sizes = [500, 1_000, 2_000] as const;

export interface Scenario extends File {
  readonly mode: Mode;
  readonly load: Load;
}

const noFile: Load = () => ({ why: 'it is not there' });
const many = (n: number, line: (i: number) => string): string => Array.from({ length: n }, (_, i) => line(i)).join('');

function runbook(steps: string, mode: Mode = 'drill', load = noFile, more = ''): Scenario {
  const vars = more.startsWith('vars:') ? '' : 'vars: { host: db }\n';
  const text = `apiVersion: drillbook/v1\nname: big\nsite: b\nmodes: [${mode}]\n${vars}${more}steps:\n${steps}`;
  return { file: 'big.yaml', text, mode, load };
}

const check = (i: number, more = '', host = 'db'): string =>
  `  - { id: s${i}, uses: check/tcp, with: { host: "${host}", port: 1 }${more} }\n`;
const sub = `apiVersion: drillbook/v1\nname: sub\nsite: b\nmodes: [drill]\ninputs: { host: { type: string } }\noutputs: { up: "\${{ steps.s9.status }}" }\nsteps:\n${many(10, i => check(i))}`;

export const scenarios: Readonly<Record<string, (n: number) => Scenario>> = {
  'one after the other': n => runbook(many(n, i => check(i))),
  'all at once': n => runbook(many(n, i => check(i, ', needs: []'))),
  'a chain of needs': n => runbook(many(n, i => check(i, `, needs: [${i === 0 ? '' : `s${i - 1}`}]`))),
  'each reads the one before': n =>
    runbook(many(n, i => check(i, '', i === 0 ? 'db' : `up \${{ steps.s${i - 1}.outputs.connected_after }}`))),
  'a chain of needs, each reads the first': n =>
    runbook(
      many(n, i =>
        i === 0 ? check(0) : check(i, `, needs: [s${i - 1}]`, 'up ${{ steps.s0.outputs.connected_after }}'),
      ),
    ),
  'the last needs all': n =>
    runbook(
      many(n, i => check(i, ', needs: []')) + check(n, `, needs: [${many(n, i => `${i === 0 ? '' : ', '}s${i}`)}]`),
    ),
  'for-each': n =>
    runbook(many(n / 10, i => check(i, ', for-each: [a, b, c, d, e, f, g, h, i, j]', '${{ each.value }}'))),
  'one for-each of many': n =>
    runbook(check(0, `, for-each: [${many(n, i => `${i === 0 ? '' : ', '}x${i}`)}]`, '${{ each.value }}')),
  'walls between': n =>
    runbook(
      many(n, i =>
        i % 10 === 5
          ? `  - { id: s${i}, uses: approval, with: { message: go, from: [ops] }, timeout: 1h }\n`
          : check(i, ', needs: []'),
      ),
      'change',
    ),
  'openings one after the other': n =>
    runbook(many(n / 10, i => `  - { id: s${i}, uses: zerto/failover-test, with: { vpg: v${i} } }\n`)),
  'openings all at once': n =>
    runbook(many(n / 10, i => `  - { id: s${i}, uses: zerto/failover-test, with: { vpg: v${i} }, needs: [] }\n`)),
  'openings in a lattice': n =>
    runbook(
      many(n / 10, i => {
        const needs = [i - 1, i - 2].filter(j => j >= 0).map(j => `s${j}`);
        return `  - { id: s${i}, uses: zerto/failover-test, with: { vpg: v${i} }, needs: [${needs.join(', ')}] }\n`;
      }),
    ),
  'sub-runbooks': n =>
    runbook(
      many(n / 10, i => `  - { id: s${i}, uses: runbook, with: { file: sub.yaml, inputs: { host: x${i} } } }\n`),
      'drill',
      () => ({ file: 'sub.yaml', text: sub }),
    ),
  'inputs that are read': n =>
    runbook(
      many(n / 5, i => check(i, '', `\${{ inputs.i${i} }}`)),
      'drill',
      noFile,
      `inputs:\n${many(n / 5, i => `  i${i}: { type: string, default: x }\n`)}`,
    ),
  'vars that are maps': n =>
    runbook(
      many(n / 5, i => check(i, '', `\${{ vars.v${i}.host }}`)),
      'drill',
      noFile,
      `vars:\n${many(n / 5, i => `  v${i}: { host: x }\n`)}`,
    ),
  'VMs of one VPG': n =>
    runbook(
      `  - id: crm\n    uses: zerto/create-vpg\n    with:\n      vpg: crm\n      vms:\n${many(
        n / 5,
        i => `        - { name: vm-${i}, nics: [ { nic: Network adapter 1, test: { network: N-${i}, ip: dhcp } } ] }\n`,
      )}`,
      'change',
    ),
};
