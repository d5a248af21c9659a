import { z } from 'zod';
import { contract, minute, politely } from './contract.ts';
import { commandName, probeName } from './fields.ts';

const input = z.strictObject({
  command: commandName().describe('The entry of `commands` in drillbook.yaml.'),
  args: z.array(z.string()).optional().describe('Arguments behind its own, as many as the entry allows; no shell.'),
  via: probeName().optional().describe('Probe or queue that it runs on (default: the mode’s).'),
});
const output = z.strictObject({
  exit_code: z.number().describe('Exit code.'),
  output: z.string().describe('What it wrote to standard output, the first 1,000 characters.'),
});

/** Its effect is what `check` says: the compiler refuses a command that was declared above `read`. */
export const checkCommand = contract({
  name: 'check/command',
  summary: 'proves that a command of drillbook.yaml ends with exit code 0',
  input,
  output,
  effect: 'read',
  performer: 'activity',
  built: false,
  timeoutMs: 10 * minute,
  until: true,
  transport: politely,
});

export const commandRun = contract({
  name: 'command/run',
  summary: 'runs a command of drillbook.yaml, which must end with exit code 0',
  input,
  output,
  effect: (given, declared) =>
    (typeof given['command'] === 'string' ? declared.command(given['command']) : undefined) ?? 'irreversible',
  performer: 'activity',
  built: false,
  timeoutMs: 10 * minute,
  transport: politely,
});
