import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { exitCodes } from './exit-codes.ts';
import { config, plainText } from './flags.ts';
import { Refused, WrongUsage } from './problems.ts';

interface Flags {
  readonly expires?: string;
  readonly sealed: boolean;
  readonly config?: string;
}

const dayMs = 86_400_000;
const usualDays = 90;

/** `keys token PERSON`. */
export const token = defineCommand<Flags, [person: string]>(
  {
    docs: { brief: 'Make a token for the console: told once, its hash goes into drillbook.yaml' },
    parameters: {
      positional: {
        kind: 'tuple',
        parameters: [{ brief: 'Whose it is, of drillbook.yaml', parse: plainText, placeholder: 'PERSON' }],
      },
      flags: {
        expires: {
          kind: 'parsed',
          parse: day,
          brief: `Its last day, 2026-12-31 (default: in ${usualDays} days)`,
          placeholder: 'date',
          optional: true,
        },
        sealed: {
          kind: 'boolean',
          brief: 'A sealed token: works when the identity provider does not, without a last day',
          default: false,
          withNegated: false,
        },
        config: { ...config, brief: 'The drillbook.yaml that lists it (default: in this folder or above it)' },
      },
    },
  },
  async (context, { expires, sealed, ...flags }, person) => {
    if (sealed && expires !== undefined) throw new WrongUsage('A sealed token has no last day: leave --expires out.');
    await refuseUnknown(context, flags, person);
    const last = new Date(context.now() + usualDays * dayMs).toISOString().slice(0, 10);
    if (expires !== undefined && expires < new Date(context.now()).toISOString().slice(0, 10))
      throw new WrongUsage(`--expires ${expires} is over already.`);
    const made = await context.outside.makeToken(person, sealed ? undefined : (expires ?? last));
    context.terminal.answer(made.token);
    context.terminal.answer(made.line);
    const where = sealed ? `under people.${person}` : 'under identity.tokens';
    context.terminal.say(
      `The first line is the token: it is shown this once, give it to ${person} alone${sealed ? ', on paper, in a sealed envelope' : ''}. Put the second line ${where} of drillbook.yaml.`,
    );
    return exitCodes.fine;
  },
);

async function refuseUnknown({ outside, ...context }: CliContext, flags: { config?: string }, person: string) {
  const path = await outside.findConfig(context.cwd, configPathOf(context, flags.config));
  if (path === undefined) throw new Refused('There is no drillbook.yaml here or above (--config names one).');
  const { people } = await outside.loadConfig(path);
  if (!Object.hasOwn(people, person)) throw new Refused(`drillbook.yaml has no person ${person}.`);
}

function day(text: string): string {
  const at = Date.parse(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(at) || !new Date(at).toISOString().startsWith(text))
    throw new Error('it is a day, year first: 2026-12-31');
  return text;
}
