import { parseDocument } from 'yaml';
import { compile } from '../compiler/compile.ts';
import { median } from './median.ts';

/** A drill of 1,000 steps as an author would write it: recoveries with a check each, expressions, needs. */
function bigRunbook(steps: number): string {
  const lines = [
    'apiVersion: drillbook/v1',
    'name: big',
    'site: site-b',
    'modes: [drill]',
    'vars: { host: 10.99.1.10 }',
    'steps:',
  ];
  for (let i = 0; i < steps / 2; i++) {
    lines.push(`  - id: db_${i}`, '    uses: zerto/recover', `    with: { vpg: vpg-${i} }`, '    timeout: 20m');
    if (i > 0) lines.push(`    needs: [db_${i - 1}]`);
    lines.push(
      `  - id: up_${i}`,
      '    uses: check/tcp',
      '    with:',
      '      host: ${{ vars.host }}',
      '      port: 5432',
    );
    lines.push('    retry: { every: 15s, for: 5m }', `    if: steps.db_${i}.status == 'succeeded'`);
  }
  return lines.join('\n');
}

/** Compiling against the bare parse of the same text, in turn, after a warm-up. Ratio of medians. */
export function compareCompile(): { readonly name: string; readonly ratio: number; readonly detail: string } {
  const text = bigRunbook(1_000);
  const parses: number[] = [];
  const compiles: number[] = [];
  const time = (work: () => void): number => {
    const began = performance.now();
    work();
    return performance.now() - began;
  };
  for (let round = 0; round < 15; round++) {
    const parse = time(() => {
      if (parseDocument(text).errors.length > 0) throw new Error('the runbook of the benchmark is not YAML');
    });
    const whole = time(() => {
      const compiled = compile({ file: 'big.yaml', text }, {});
      if (!('plan' in compiled.plan('drill', {}))) throw new Error('the runbook of the benchmark does not compile');
    });
    if (round < 5) continue;
    parses.push(parse);
    compiles.push(whole);
  }
  const [parse, whole] = [median(parses), median(compiles)];
  return {
    name: 'compile and plan 1,000 steps / bare yaml parse',
    ratio: whole / parse,
    detail: `${whole.toFixed(0)} ms / ${parse.toFixed(0)} ms`,
  };
}
