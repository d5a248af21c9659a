import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeProblem, explain } from '../../cli/problems.ts';
import { createTerminal } from '../../cli/terminal.ts';
import { provideTemporal, TemporalMissing } from '../../local/temporal-cli.ts';

/** What a person reads, and the exit code. */
function tell(error: unknown): { said: string; code: number } {
  let said = '';
  const stream = {
    isTTY: false,
    write: (text: string) => {
      said += text;
    },
  };
  const code = explain(error, createTerminal(stream, stream, {}), {});
  return { said, code };
}

it('a missing Temporal is told whole, with the ways to get it: exit 1', () => {
  const ways = 'There is no Temporal dev server here. One of these helps:\n  install it;\n  set TEMPORAL_CLI.';
  expect(tell(new TemporalMissing(ways))).toEqual({ said: `${ways}\n`, code: 1 });
});

it('a TEMPORAL_CLI that is no program is told as it is thrown', async () => {
  const named = join(tmpdir(), 'no-such-program');
  const error: unknown = await provideTemporal({ log: () => undefined, env: { TEMPORAL_CLI: named } }).catch(
    (problem: unknown) => problem,
  );
  expect(tell(error)).toEqual({
    said: `TEMPORAL_CLI names ${named}, which is not a program: mend or unset it.\n`,
    code: 1,
  });
});

it('a folder that is read as a file is a sentence, though Node does not say which', () => {
  let error: unknown;
  try {
    readFileSync(tmpdir());
  } catch (problem) {
    error = problem;
  }
  expect(describeProblem(error)).toBe('A folder is named where a file is wanted.');
});
