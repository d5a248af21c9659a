import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { makeScratch } from '../local/scratch.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Puts sources, and packages that hold nothing, into a folder of their own and gives the rules that are broken there, by importing file. */
function cruise(files: Readonly<Record<string, string>>, packages: readonly string[] = []): Record<string, string[]> {
  const folder = makeScratch();
  for (const name of ['package.json', 'tsconfig.base.json']) copyFileSync(join(root, name), join(folder, name));
  const holder = { name: 'holder', main: 'index.js' };
  const empty = packages.flatMap(name => [
    [`node_modules/${name}/package.json`, JSON.stringify({ ...holder, name })],
    [`node_modules/${name}/index.js`, 'module.exports = {};'],
  ]);
  for (const [name, content] of [...Object.entries(files), ...empty] as [string, string][]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [program, '--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', '.'];
  const answer = runToEnd(args, folder);
  const { violations } = (JSON.parse(answer) as { summary: { violations: { from: string; rule: { name: string } }[] } })
    .summary;
  const broken: Record<string, string[]> = {};
  for (const { from, rule } of violations) (broken[from] ??= []).push(rule.name);
  return broken;
}

function runToEnd(args: readonly string[], cwd: string): string {
  try {
    return execFileSync(process.execPath, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

const targets = {
  'actions/contract.ts': 'export const a = 1; export type A = 1;',
  'actions/call.ts': 'export type C = 1; export const c = 1;',
  'expressions/check.ts': 'export const e = 1;',
  'compiler/plan.ts': 'export type P = 1; export const p = 1;',
  'compiler/compile.ts': 'export type X = 1; export const x = 1;',
  'engine/engine.ts': 'export const n = 1; export type N = 1;',
  'zerto/client.ts': 'export const z = 1;',
  'zerto/wire.ts': 'export type W = 1; export const w = 1;',
  'report/journal.ts': 'export const j = 1;',
  'report/html.ts': 'export const h = 1;',
  'control/config.ts': 'export const k = 1;',
  'simulator/server.ts': 'export const s = 1;',
  'workflows/messages.ts': 'export const m = 1;',
  'workflows/runbook.ts': 'export const r = 1;',
  'local/stack.ts': 'export const l = 1;',
  'test/x.ts': 'export const t = 1;',
  'bench/x.ts': 'export const b = 1;',
};

/** The last path segment says what is wrong. */
const wrong: Readonly<Record<string, readonly [source: string, rule: string]>> = {
  'compiler/reads-engine.ts': ["import { n } from '../engine/engine.ts'; export { n };", 'room-compiler'],
  'expressions/reads-actions.ts': ["import { a } from '../actions/contract.ts'; export { a };", 'room-expressions'],
  'expressions/types-of-plan.ts': [
    "import type { P } from '../compiler/plan.ts'; export type Q = P;",
    'room-expressions',
  ],
  'actions/reads-zerto.ts': ["import { z } from '../zerto/client.ts'; export { z };", 'room-actions'],
  'engine/runs-plan.ts': ["import { p } from '../compiler/plan.ts'; export { p };", 'room-engine-types-only'],
  'engine/types-of-compiler.ts': ["import type { X } from '../compiler/compile.ts'; export type Q = X;", 'room-engine'],
  'engine/guard.ts': ["import { e } from '../expressions/check.ts'; export { e };", 'guard-knows-no-scheduler'],
  'report/reads-plan.ts': ["import type { P } from '../compiler/plan.ts'; export type Q = P;", 'room-report'],
  'workflows/runs-actions.ts': ["import { c } from '../actions/call.ts'; export { c };", 'room-workflows-types-only'],
  'workflows/reads-control.ts': ["import { k } from '../control/config.ts'; export { k };", 'room-workflows'],
  'activities/runs-engine.ts': ["import { n } from '../engine/engine.ts'; export { n };", 'room-activities-types-only'],
  'activities/reads-html.ts': ["import { h } from '../report/html.ts'; export { h };", 'room-activities'],
  'zerto/reads-actions.ts': ["import type { A } from '../actions/contract.ts'; export type Q = A;", 'room-zerto'],
  'simulator/runs-wire.ts': ["import { w } from '../zerto/wire.ts'; export { w };", 'room-simulator-types-only'],
  'control/runs-workflow.ts': ["import { r } from '../workflows/runbook.ts'; export { r };", 'room-control'],
  'local/reads-report.ts': ["import { h } from '../report/html.ts'; export { h };", 'room-local'],
  'cli/serves.ts': ["import { Hono } from 'hono'; export { Hono };", 'only-there-hono'],
  'console/reads-local.ts': ["import { l } from '../local/stack.ts'; export { l };", 'room-console'],
  'cli/reads-zerto.ts': ["import { z } from '../zerto/client.ts'; export { z };", 'room-cli'],
  'worker.ts': ["import { s } from './simulator/server.ts'; export { s };", 'room-worker'],
  'scripts/reads-room.mjs': ["import '../local/stack.ts';", 'launcher-knows-no-rooms'],
  'report/reads-file.ts': [
    "import { readFileSync } from 'node:fs'; export { readFileSync };",
    'pure-rooms-know-no-node',
  ],
  'workflows/reads-clock.ts': ["import { hrtime } from 'node:process'; export { hrtime };", 'pure-rooms-know-no-node'],
  'engine/reads-temporal.ts': [
    "import type * as T from '@temporalio/common'; export type Q = T.X;",
    'pure-rooms-know-no-temporal',
  ],
  'compiler/knows-cel.ts': ["import cel from '@marcbachmann/cel-js'; export { cel };", 'only-there-cel'],
  'activities/knows-ky.ts': ["import ky from 'ky'; export { ky };", 'only-there-ky'],
  'cli/knows-worker.ts': ["import w from '@temporalio/worker'; export { w };", 'only-there-temporal-worker'],
  'control/knows-tests.ts': ["import { t } from '../test/x.ts'; export { t };", 'product-knows-no-tests'],
  'control/development-package.ts': [
    "import f from 'fast-check'; export { f };",
    'product-needs-no-development-packages',
  ],
  'control/nowhere.ts': ["import n from './is-not-there.ts'; export { n };", 'nothing-unresolved'],
  'control/circle-a.ts': ["import { b } from './circle-b.ts'; export const a = b;", 'no-circles'],
};

const allowed = {
  'compiler/uses.ts':
    "import { a } from '../actions/contract.ts'; import { e } from '../expressions/check.ts'; export { a, e };",
  'expressions/uses.ts': "import cel from '@marcbachmann/cel-js'; export { cel };",
  'engine/uses.ts':
    "import type { P } from '../compiler/plan.ts'; import type { A } from '../actions/contract.ts'; export type Q = P | A;",
  'workflows/uses.ts':
    "import { n } from '../engine/engine.ts'; import type { P } from '../compiler/plan.ts'; export { n }; export type Q = P;",
  'activities/uses.ts':
    "import { j } from '../report/journal.ts'; import type { N } from '../engine/engine.ts'; export { j }; export type Q = N;",
  'simulator/uses.ts': "import type { W } from '../zerto/wire.ts'; import 'node:net'; export type Q = W;",
  'zerto/uses.ts': "import ky from 'ky'; export { ky };",
  'control/uses.ts':
    "import { m } from '../workflows/messages.ts'; import { h } from '../report/html.ts'; export { m, h };",
  'cli/uses.ts': "import { l } from '../local/stack.ts'; import '../worker.ts'; export { l };",
  'worker.ts': "import './activities/uses.ts'; import './control/config.ts'; import '@temporalio/worker';",
  'control/type-circle-a.ts': "import type { B } from './type-circle-b.ts'; export type A = B | 1;",
  'control/type-circle-b.ts': "import type { A } from './type-circle-a.ts'; export type B = A | 2;",
};

const packages = ['ky', '@marcbachmann/cel-js', '@temporalio/common', '@temporalio/worker', 'fast-check', 'hono'];

// Each runs dependency-cruiser as a process of its own.
describe("the rooms' table", { timeout: 60_000 }, () => {
  test('is broken by each of these, and by the rule that is meant', () => {
    const sources = Object.fromEntries(Object.entries(wrong).map(([name, [source]]) => [name, source]));
    const otherHalf = "import { a } from './circle-a.ts'; export const b = a;";
    const broken = cruise({ ...targets, ...sources, 'control/circle-b.ts': otherHalf }, packages);
    const expected = Object.fromEntries(
      Object.entries(wrong).map(([name, [, rule]]) => [name, expect.arrayContaining([rule])]),
    );
    expect(broken).toEqual(expected);
  });

  test('allows what it names', () => {
    expect(cruise({ ...targets, ...allowed }, packages)).toEqual({});
  });
});

test.each(['compiler', 'expressions', 'actions', 'engine', 'report', 'workflows'])(
  '%s is compiled without the types of Node',
  room => {
    const { compilerOptions } = JSON.parse(readFileSync(join(root, room, 'tsconfig.json'), 'utf8')) as {
      compilerOptions: { types?: string[]; lib?: string[] };
    };
    expect(compilerOptions.types).toEqual([]);
    expect(compilerOptions.lib?.filter(lib => lib.startsWith('dom'))).toEqual([]);
  },
);
