import type { CliContext } from './context.ts';
import { defineCommand, type NoFlags } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { json } from './flags.ts';
import { WrongUsage } from './problems.ts';

/** The build that new runs begin with. */
export const promote = defineCommand<NoFlags, [string?]>(
  {
    docs: { brief: 'Let new runs begin with this build; runs under way stay with theirs' },
    parameters: {
      positional: {
        kind: 'tuple',
        parameters: [
          {
            brief: 'A build, by the beginning of its id (default: the one of this installation)',
            parse: buildId,
            placeholder: 'BUILD',
            optional: true,
          },
        ],
      },
    },
  },
  makeCurrent,
);

/** What Temporal knows of builds. */
export const builds = defineCommand<{ readonly json: boolean }, []>(
  { docs: { brief: 'List builds: which is current, which still have runs' }, parameters: { flags: { json } } },
  list,
);

async function makeCurrent({ terminal, outside }: CliContext, _flags: NoFlags, given?: string): Promise<ExitCode> {
  const own = await outside.readBundle();
  const control = await outside.connect();
  try {
    const { builds: known, current } = await outside.readVersions(control.client);
    const id = given === undefined ? own.id : one(given, [own.id, ...known.map(build => build.id)]);
    if (id === current) {
      terminal.answer(`New runs begin with build ${short(id)} already.`);
      return exitCodes.fine;
    }
    await outside.promote(control.client, id);
    terminal.answer(`New runs begin with build ${short(id)}.`);
    const before = known.find(build => build.id === current);
    if (before !== undefined && before.openRuns > 0) {
      const runs = before.openRuns === 1 ? 'A run goes' : `${before.openRuns} runs go`;
      terminal.answer(`${runs} on with build ${short(before.id)}: keep its bundle, or a worker of it, until then.`);
    }
    return exitCodes.fine;
  } finally {
    await control.close();
  }
}

async function list({ terminal, outside }: CliContext, flags: { readonly json: boolean }): Promise<ExitCode> {
  const own = await outside.readBundle();
  const control = await outside.connect();
  try {
    const versions = await outside.readVersions(control.client);
    if (flags.json) {
      terminal.answer(JSON.stringify({ own: own.id, ...versions }));
      return exitCodes.fine;
    }
    if (versions.builds.length === 0) terminal.answer('No worker has reached this Temporal yet.');
    for (const { id, current, served, openRuns } of versions.builds) {
      const facts = [
        ...(current ? ['current'] : []),
        ...(id === own.id ? ['this installation'] : []),
        served ? 'served' : 'no worker serves it',
        openRuns === 1 ? '1 open run' : `${openRuns} open runs`,
      ];
      terminal.answer(`${short(id)}  ${facts.join(', ')}`);
    }
    return exitCodes.fine;
  } finally {
    await control.close();
  }
}

function one(given: string, ids: readonly string[]): string {
  const found = [...new Set(ids)].filter(id => id.startsWith(given));
  const [id] = found;
  if (id === undefined) throw new WrongUsage(`There is no build ${given}: see "drillbook worker builds".`);
  if (found.length > 1) throw new WrongUsage(`Several builds begin with ${given}: ${found.map(short).join(', ')}.`);
  return id;
}

function buildId(text: string): string {
  if (!/^[0-9a-f]{4,64}$/.test(text)) throw new Error('a build is named by 4 to 64 hexadecimal digits');
  return text;
}

const short = (id: string): string => id.slice(0, 12);
