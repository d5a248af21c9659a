import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../control/config/config.ts';
import { readCalendars } from '../../control/schedules/calendars.ts';
import { drillbook } from '../cli/command-line.ts';

/** docs/example/drillbook.yaml: what is shipped as a whole example must be one. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const path = join(root, 'docs/example/drillbook.yaml');
const runbooks = readdirSync(join(root, 'runbooks')).map(file => join(root, 'runbooks', file));

describe('docs/example/drillbook.yaml', () => {
  it('has no mistake, no warning and nothing that does nothing yet', async () => {
    const checked = await drillbook(['config', 'check', '--config', path], { cwd: root });
    expect(checked.code).toBe(0);
    // It stands apart from the shipped runbooks, so nothing listens to its triggers from there.
    const said = checked.stderr.split('\n').filter(line => !line.startsWith('Nothing listens to the trigger '));
    expect(said.join('')).toBe('');
  });

  it('has all that the shipped runbooks name: none has a diagnostic', async () => {
    expect(runbooks.length).toBeGreaterThan(7);
    const validated = await drillbook(['validate', ...runbooks, '--config', path, '--format', 'json'], { cwd: root });
    expect(validated.code).toBe(0);
    expect(JSON.parse(validated.stdout)).toMatchObject({ diagnostics: [] });
  });

  it('shows every section that there is', () => {
    const schema = JSON.parse(readFileSync(join(root, 'schema/drillbook.schema.json'), 'utf8')) as {
      properties: Record<string, unknown>;
    };
    const text = readFileSync(path, 'utf8');
    const missing = Object.keys(schema.properties).filter(key => !new RegExp(`^(# )?${key}:`, 'm').test(text));
    // `evidence` is read by a later version.
    expect(missing).toEqual(['evidence']);
  });

  it('has calendars that can be read, the iCalendar file too', async () => {
    const find = await readCalendars(await loadConfig(path), dirname(path));
    const on = (day: string, name: string) => {
      const at = Date.parse(`${day}T12:00:00Z`);
      return find([name], 'Europe/London', { from: at, to: at })?.calendar;
    };
    expect(on('2026-12-28', 'bank-holidays')).toBe('bank-holidays');
    expect(on('2026-12-27', 'bank-holidays')).toBeUndefined();
    expect(on('2027-01-05', 'year-end-freeze')).toBe('year-end-freeze');
    expect(on('2026-11-30', 'month-end')).toBe('month-end');
  });
});
