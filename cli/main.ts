import { userInfo } from 'node:os';
import { text } from 'node:stream/consumers';
import type { CliContext } from './context.ts';
import { execute } from './execute.ts';
import { exitCodes } from './exit-codes.ts';
import { processInterrupts } from './interrupts.ts';
import { askAtTerminal } from './ask.ts';
import { outside } from './outside.ts';
import { explain } from './problems.ts';
import { createTerminal, libraryStream } from './terminal.ts';

const { stdout, stderr, env } = process;
const terminal = createTerminal(stdout, stderr, env);

const context: CliContext = {
  process: { stdout: libraryStream(stdout, env), stderr: libraryStream(stderr, env), env },
  terminal,
  env,
  cwd: process.cwd(),
  user: () => env['DRILLBOOK_USER'] || userInfo().username,
  ask: askAtTerminal(process.stdin, stderr),
  readInput: () => text(process.stdin),
  now: Date.now,
  after: (ms, act) => {
    // What is longer than setTimeout can wait fires at once.
    const timer = setTimeout(act, Math.min(ms, 2 ** 31 - 1));
    return () => {
      clearTimeout(timer);
    };
  },
  interrupts: processInterrupts(),
  endNow: code => process.exit(code),
  outside,
};

// Whoever reads our output may stop reading: `drillbook report RUN | head`.
for (const output of [stdout, stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? (process.exitCode ?? exitCodes.fine) : exitCodes.nothingRan);
  });
}

for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    process.exit(explain(error, terminal, env));
  });
}

process.exitCode = await execute(process.argv.slice(2), context);

// What was started has ended; a connection that still closes must not keep a finished command.
setTimeout(() => process.exit(), 2_000).unref();
