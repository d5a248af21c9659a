import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { withExamples } from './examples.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { config, input, inputs, mode, runbookFile } from './flags.ts';
import { type PlanFlags, planOrTell } from './plan-or-tell.ts';

/** Gives the Plan of a mode. */
export const compile = defineCommand<PlanFlags, [file: string]>(
  {
    docs: withExamples(
      'Give the Plan of a mode as JSON, with its hash',
      'drillbook compile runbooks/payments.yaml --mode drill',
      'drillbook compile runbooks/payments.yaml --mode drill --input checkpoint=tag:before-patch',
      'drillbook compile runbooks/vpg-networks.yaml --mode change --inputs inputs.json',
    ),
    parameters: {
      positional: { kind: 'tuple', parameters: [runbookFile] },
      flags: { mode, input, inputs, config },
    },
  },
  givePlan,
);

async function givePlan(context: CliContext, flags: PlanFlags, file: string): Promise<ExitCode> {
  const plan = await planOrTell(context, flags, file);
  if (plan === undefined) return exitCodes.nothingRan;
  context.terminal.answer(JSON.stringify(plan, undefined, 2));
  return exitCodes.fine;
}
