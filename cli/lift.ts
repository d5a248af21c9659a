import { isLiveMode } from '../actions/modes.ts';
import type { Mode } from '../actions/contract.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { withExamples } from './examples.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { config, input, inputs, mode, mustReason } from './flags.ts';
import { readInputs } from './inputs.ts';
import { chooseModeOf, prepareWanted, refuseWithdrawn, wantedRunbook } from './wanted-runbook.ts';
import { WrongUsage } from './problems.ts';
import { keyFlag, type Signed, signerOf } from './signer.ts';

interface Flags extends Signed {
  readonly mode?: Mode;
  readonly input?: readonly string[];
  readonly inputs?: string;
  readonly reason: string;
  readonly config?: string;
}

/** An approver's word that a live run may start of what is not published. */
export const lift = defineCommand<Flags, [file: string]>(
  {
    docs: withExamples(
      'As an approver: let one live run start of a runbook that is not published',
      'drillbook lift payments.yaml --mode failover --reason "site-a is lost, the network plan is new" --key keys/bo.pem',
    ),
    parameters: {
      positional: {
        kind: 'tuple',
        parameters: [{ brief: 'The runbook', parse: (text: string) => text, placeholder: 'FILE' }],
      },
      flags: { mode, input, inputs, reason: mustReason, config, key: keyFlag },
    },
  },
  giveLift,
);

async function giveLift(context: CliContext, flags: Flags, file: string): Promise<ExitCode> {
  const { terminal, outside } = context;
  const wanted = await wantedRunbook(context, file, flags);
  const chosen = await chooseModeOf(context, wanted, flags.mode);
  if (!isLiveMode(chosen)) throw new WrongUsage(`Mode ${chosen} runs any file: there is nothing to lift.`);
  const given = await readInputs(context.cwd, flags);
  const prepared = await prepareWanted(context, wanted, { mode: chosen, inputs: given }, { ...flags, json: false });
  if (prepared === undefined) return exitCodes.nothingRan;
  const { plan } = prepared;
  await refuseWithdrawn(context, prepared);
  const sign = await signerOf(context, flags);
  const run = await outside.newRunId(plan, new Date(context.now()));
  const made = await outside.makeLift(run, plan, { by: context.user(), reason: flags.reason }, sign);
  terminal.answer(await outside.encodeLift(made));
  terminal.say(
    `${plan.name} in mode ${chosen}, plan ${plan.hash.slice(0, 12)}: one run of exactly this, ${run}, may start unpublished within three days. Give the line above to whoever starts it, with the same file, mode and inputs: drillbook run ${file} --mode ${chosen} --unpublished lift.…`,
  );
  return exitCodes.fine;
}
