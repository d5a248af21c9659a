import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { CliContext } from './context.ts';
import { json } from './flags.ts';

interface Flags {
  readonly json: boolean;
}

/** Says what is missing on this machine. */
export const doctor = defineCommand<Flags, []>(
  { docs: { brief: 'Say what is missing on this machine and how to get it' }, parameters: { flags: { json } } },
  examine,
);

async function examine({ outside, terminal, env }: CliContext, flags: Flags): Promise<ExitCode> {
  const findings = await outside.examineMachine({ ...env });
  const colours = terminal.answerColours;
  const width = Math.max(0, ...findings.map(({ what }) => what.length));
  if (flags.json) terminal.answer(JSON.stringify({ findings }));
  else {
    for (const { what, ok, found, mend } of findings) {
      const mark = ok ? colours.green('✓') : colours.red('✗');
      terminal.answer(`${mark} ${what.padEnd(width)}  ${found}`);
      if (mend !== undefined) terminal.answer(`  ${''.padEnd(width)}  ${mend}`);
    }
  }
  return findings.every(({ ok }) => ok) ? exitCodes.fine : exitCodes.nothingRan;
}
