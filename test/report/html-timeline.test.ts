import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../report/html.ts';
import { sectionOf, textOf } from './page.ts';
import { longRun, passedDrill, runningDrill, start, step, waiting, wideRun } from './sample.ts';

describe('the timeline', () => {
  it('has a bar for each step and opening, placed by its time', () => {
    const section = sectionOf(renderHtml(passedDrill()), 'timeline');
    expect(section.match(/<rect class="step /g)).toHaveLength(15);
    const [, x, width] =
      /x="([\d.]+)" y="\d+" width="([\d.]+)"[^>]*><title>db_up: succeeded, from 02:10:50Z, took 2m18s/.exec(section) ??
      [];
    const [, whole] = /<rect class="row" x="232" y="\d+" width="([\d.]+)"/.exec(section) ?? [];
    const drawn = Number(whole) - 72;
    expect(Number(x)).toBeCloseTo(232 + (50_400 / 363_400) * drawn, 0);
    expect(Number(width)).toBeCloseTo((138_000 / 363_400) * drawn, 0);
  });

  it('draws what still runs to the last thing known', () => {
    const section = sectionOf(renderHtml(runningDrill()), 'timeline');
    expect(section).toContain('db_up: running, from 02:10:50Z, has not ended');
    expect(textOf(section)).toContain('1 step has not started and has no bar.');
  });

  it('counts as not started what is pending, not what ended without a moment of its own', () => {
    const judged = waiting('settled', 'succeeded', { uses: 'assert' });
    const section = sectionOf(renderHtml({ ...passedDrill(), steps: [step('db', 0, 1), judged] }), 'timeline');
    expect(textOf(section)).not.toContain('not started');
  });

  it('stays within the picture when a clock ran backwards', () => {
    const steps = [step('before', -60_000, 30_000), step('backwards', 20_000, -5_000)];
    const section = sectionOf(renderHtml({ ...passedDrill(), steps }), 'timeline');
    for (const [, x, width] of section.matchAll(/<rect class="step[^>]* x="([\d.-]+)" y="\d+" width="([\d.-]+)"/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(232);
      expect(Number(width)).toBeGreaterThan(0);
      expect(Number(x) + Number(width)).toBeLessThanOrEqual(960);
    }
  });

  it('puts the items of a wide for-each into one row', () => {
    const section = sectionOf(renderHtml(wideRun(300)), 'timeline');
    expect(section).toContain('all[…] × 300');
    expect(section.match(/<rect class="row"/g)).toHaveLength(4);
    expect(section.match(/<rect class="step /g)).toHaveLength(303);
  });

  it('draws what went wrong in such a row over what went right', () => {
    const wide = wideRun(80);
    const steps = wide.steps.map((one, place) => (place === 7 ? { ...one, status: 'failed' } : one));
    const section = sectionOf(renderHtml({ ...wide, steps, openings: [] }), 'timeline');
    const tones = [...section.matchAll(/<rect class="step (\w+)/g)].map(([, tone]) => tone);
    expect(tones.slice(-2)).toEqual(['good', 'bad']);
  });

  it('breaks a long run into pictures that fit a page, the rest closed', () => {
    const section = sectionOf(renderHtml(longRun(1_000)), 'timeline');
    for (const [, height] of section.matchAll(/class="gantt" viewBox="0 0 960 (\d+)"/g))
      expect(Number(height)).toBeLessThan(900);
    expect(section.indexOf('<details>')).toBeGreaterThan(section.indexOf('class="gantt"'));
    expect(section.match(/<rect class="row"/g)).toHaveLength(1_003);
  });

  it('labels time by round steps, nine at most', () => {
    for (const took of [5, 1_000, 363_400, 7_200_000, 40 * 86_400_000]) {
      const steps = [step('only', 0, took)];
      const run = { ...passedDrill().run, endedAt: start + took };
      const section = sectionOf(renderHtml({ ...passedDrill(), run, steps, openings: [] }), 'timeline');
      const ticks = [...section.matchAll(/class="tick"[^>]*>([^<]*)</g)].map(([, label]) => label);
      expect(ticks.length).toBeLessThanOrEqual(9);
      expect(new Set(ticks).size).toBe(ticks.length);
    }
  });
});
