import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { drillbook } from '../temporal/command.ts';
import { isAlive } from './is-alive.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'drillbook-demo-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true, force: true });
});

/** Every process below one, itself included. */
function family(pid: number): number[] {
  const pairs = parents();
  const members = new Set([pid]);
  for (let size = 0; size !== members.size; ) {
    size = members.size;
    for (const [child, parent] of pairs) if (members.has(parent)) members.add(child);
  }
  return [...members];
}

/** From /proc where there is one: `ps` is not everywhere. */
function parents(): (readonly [child: number, parent: number])[] {
  if (!existsSync('/proc/self/stat')) {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
    return lines.map(line => {
      const [child = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
      return [child, parent] as const;
    });
  }
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      try {
        const stat = readFileSync(join('/proc', name, 'stat'), 'utf8');
        return [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])] as const];
      } catch {
        return [];
      }
    });
}

/** Runs the demo and notes all processes that it ever had. */
async function watchDemo(args: readonly string[], interruptAfter?: (stderr: string) => boolean) {
  const seen = new Set<number>();
  let poll: NodeJS.Timeout | undefined;
  let interrupted = false;
  const errorFile = { text: '' };
  const ended = await drillbook(['demo', ...args], {
    cwd,
    started: (pid, stop) => {
      poll = setInterval(() => {
        for (const member of family(pid)) seen.add(member);
        if (!interrupted && interruptAfter?.(errorFile.text) === true) {
          interrupted = true;
          stop();
        }
      }, 250);
    },
    said: text => (errorFile.text += text),
  });
  clearInterval(poll);
  return { ...ended, seen: [...seen] };
}

it('the demo passes, tells verdict, RTO, RPO and the report, and leaves no process and no test', async () => {
  const { code, stdout, stderr, seen } = await watchDemo([]);
  expect(stdout).toMatch(/^PASSED /m);
  expect(stdout).toMatch(/^RTO .*objective 30m: met$/m);
  expect(stdout).toMatch(/^RPO .*objective 5m: met$/m);
  expect(stderr).toMatch(/front\[payments-web\].*succeeded/);
  const report = /^Report: (.+\.html)$/m.exec(stdout)?.[1] ?? '';
  const page = readFileSync(report, 'utf8');
  expect(page).toContain('payments-db');
  expect(page).not.toMatch(/<(script|link)\b|https?:\/\/(?!127\.0\.0\.1)/i);
  expect(code).toBe(0);
  // Temporal with its supervisor, simulator, worker and the demo itself.
  expect(seen.length).toBeGreaterThanOrEqual(5);
  expect(seen.filter(isAlive)).toEqual([]);
});

it('Ctrl-C in the middle of a test stops the test first, then everything, with exit code 130', async () => {
  const { code, stderr, seen } = await watchDemo(['--json'], text => /✓ db\s+succeeded|db succeeded/.test(text));
  expect(stderr).toMatch(/close-db.*succeeded/);
  expect(code).toBe(130);
  expect(seen.filter(isAlive)).toEqual([]);
});
