import type { Held, Leases, LeaseView, Stranger } from '../control/leases.ts';
import { toOneLine } from '../report/visible.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { choice, json, plainText, reason } from './flags.ts';
import { WrongUsage } from './problems.ts';
import { keyFlag, type Signed } from './signer.ts';
import { say } from './vote.ts';

interface Flags extends Signed {
  readonly reason?: string;
  readonly json: boolean;
}

const deeds = ['adopt', 'commit', 'roll-back'] as const;
type Deed = (typeof deeds)[number];

/** What is open on which VPG, by whom; and a hand on what its run has lost. */
export const leases = defineCommand<Flags, [deed?: Deed, target?: string]>(
  {
    docs: { brief: 'What is open on which VPG, by which run; adopt, commit or roll back what its run has lost' },
    parameters: {
      positional: {
        kind: 'tuple',
        parameters: [
          {
            brief: 'adopt, commit or roll-back (default: list)',
            parse: choice(deeds),
            placeholder: 'adopt|commit|roll-back',
            optional: true,
          },
          { brief: 'site-b/payments-db', parse: plainText, placeholder: 'SITE/VPG', optional: true },
        ],
      },
      flags: { reason, json, key: keyFlag },
    },
  },
  async (context, flags, deed, target) => {
    if (deed === undefined) return await list(context, flags);
    if (flags.json) throw new WrongUsage('--json is for the list alone.');
    const { site, vpg } = whereOf(target);
    if (flags.reason === undefined) throw new WrongUsage(`--reason is needed: leases ${deed} is a decision.`);
    const by = context.user();
    const why = flags.reason;
    return await say(context, flags, (control, sign) =>
      deed === 'adopt'
        ? context.outside.adoptOpening(control, { site, vpg, by, reason: why }, sign)
        : context.outside.endOpening(control, { site, vpg, how: deed, by, reason: why }, sign),
    );
  },
);

/** A VPG's name may hold a slash, a site's may not. */
function whereOf(target: string | undefined): { readonly site: string; readonly vpg: string } {
  const [site = '', ...rest] = (target ?? '').split('/');
  const vpg = rest.join('/');
  if (site === '' || vpg === '') throw new WrongUsage('Say which: SITE/VPG, as site-b/payments-db.');
  return { site, vpg };
}

async function list(context: CliContext, flags: Flags): Promise<ExitCode> {
  const { terminal, outside } = context;
  const control = await outside.connect();
  try {
    const found = await outside.listLeases(control);
    if (flags.json) terminal.answer(JSON.stringify(found));
    else terminal.answer(describe(found).map(toOneLine).join('\n'));
    return exitCodes.fine;
  } finally {
    await control.close();
  }
}

function describe(found: Leases): string[] {
  const { open, leases: held, strangers, left, silent, lookedAt, paused } = found;
  const known = new Set(open.map(({ id }) => id));
  const idle = held.filter(({ id }) => !known.has(id));
  const lines = [
    ...open.map(describeOpen),
    ...idle.map(describeLease),
    ...strangers.map(describeStranger),
    ...left,
    ...silent.map(guard => `${guard} does not answer: what it has open is not known`),
  ];
  const looked =
    lookedAt === undefined ? 'The janitor has not looked yet.' : `The janitor looked last at ${spell(lookedAt)}.`;
  const pause = paused ? ['The janitor is paused: what a lost guard leaves open is not looked for.'] : [];
  return [...(lines.length === 0 ? ['Nothing is open.'] : lines), looked, ...pause];
}

function describeOpen({ site, vpg, action, stage, since, deadline, run, alone, live, commits }: Held): string {
  const facts = [
    `${site}/${vpg}: ${action} (${stage})`,
    ...(since === undefined ? [] : [`since ${spell(since)}`]),
    ...(deadline === undefined ? [] : [`until ${spell(deadline)}`]),
    alone ? `by ${run}, which is gone` : `by ${run}`,
    ...(commits === undefined ? [] : [`${commits.by.length} of ${commits.of} to commit: ${commits.by.join(' and ')}`]),
  ];
  const word = live && alone ? `; drillbook leases commit|roll-back ${site}/${vpg} --reason TEXT` : '';
  return facts.join(', ') + word;
}

function describeLease({ vpg, run, since, state }: LeaseView): string {
  const words = {
    held: 'locked',
    yielding: 'locked, told to give way',
    lost: 'locked by a guard that is lost',
  } as const;
  return `${vpg}: ${words[state]} since ${spell(since)}, by ${run}, nothing open`;
}

function describeStranger({ site, vpg, kind, stage, by, since, note }: Stranger): string {
  const facts = [
    `${site}/${vpg}: ${kind} (${stage})`,
    ...(since === '' ? [] : [`since ${since}`]),
    by === '' ? 'begun by nobody knows whom' : `begun by ${by}`,
    'not by drillbook',
    ...(note === undefined ? [] : [note]),
  ];
  return `${facts.join(', ')}; drillbook leases adopt ${site}/${vpg} --reason TEXT`;
}

const spell = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
