import type { Recognised } from '../control/access/login.ts';
import { toOneLine } from '../report/visible.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { exitCodes } from './exit-codes.ts';
import { config, json, plainText } from './flags.ts';
import { Refused, WrongUsage } from './problems.ts';

interface LoginFlags {
  readonly url?: string;
  readonly tokenStdin: boolean;
  readonly config?: string;
}

/** Keeps a person's token of a console, once the console has said whose it is. */
export const login = defineCommand<LoginFlags, []>(
  {
    docs: { brief: 'Keep your token of the console on this machine' },
    parameters: {
      flags: {
        url: {
          kind: 'parsed',
          parse: plainText,
          brief: 'Of the console (default: console.public-url of drillbook.yaml, else where it listens)',
          placeholder: 'url',
          optional: true,
        },
        tokenStdin: {
          kind: 'boolean',
          brief: 'Read the token from standard input, its first line',
          default: false,
          withNegated: false,
        },
        config,
      },
    },
  },
  async (context, flags) => {
    const { outside, terminal, env } = context;
    const url = (flags.url ?? (await urlOf(context, flags))).replace(/\/+$/, '');
    const token = await readToken(context, flags.tokenStdin);
    const known = await outside.whoAmIAt({ url, token });
    const file = await outside.loginFile(env);
    await outside.keepLogin(file, { url, token });
    terminal.answer(`${describe(known)} at ${url}.`);
    terminal.say(`The token is kept in ${file}, which only you can read.`);
    return exitCodes.fine;
  },
);

export const whoami = defineCommand<{ readonly json: boolean; readonly config?: string }, []>(
  {
    docs: { brief: 'Who you are: to the console, where you have signed in, and to this command line' },
    parameters: { flags: { json, config } },
  },
  async (context, flags) => {
    const { outside, terminal, env } = context;
    const kept = await outside.readLogin(await outside.loginFile(env));
    const known = kept === undefined ? undefined : await outside.whoAmIAt(kept);
    const user = context.user();
    const person = await personOf(context, flags, user);
    if (flags.json) {
      const local = { user, ...(person === undefined ? {} : { person }), verified: false };
      terminal.answer(
        JSON.stringify({ local, ...(known === undefined ? {} : { console: { url: kept?.url, ...known } }) }),
      );
      return exitCodes.fine;
    }
    if (known !== undefined) terminal.answer(`${describe(known)} at ${kept?.url ?? ''}.`);
    const who = person === undefined ? 'nobody of drillbook.yaml' : person;
    terminal.answer(`${toOneLine(user)} on this machine (${who}; nothing proves it).`);
    return exitCodes.fine;
  },
);

function describe({ person, name, how }: Recognised): string {
  return toOneLine(`${person === undefined ? name : `${person} (${name})`}, by ${how.replace('-', ' ')}`);
}

async function personOf({ outside, cwd, env }: CliContext, flags: { readonly config?: string }, user: string) {
  const path = await outside.findConfig(cwd, configPathOf({ cwd, env }, flags.config));
  const people = path === undefined ? undefined : await outside.readPeople(path);
  return people === undefined || 'unreadable' in people ? undefined : people.personOf(user);
}

async function urlOf(context: CliContext, flags: { readonly config?: string }): Promise<string> {
  const path = await context.outside.findConfig(context.cwd, configPathOf(context, flags.config));
  if (path === undefined)
    throw new WrongUsage('Where is the console? There is no drillbook.yaml here or above: --url URL.');
  const { console: section } = await context.outside.loadConfig(path);
  return section['public-url'] ?? `${section.tls === undefined ? 'http' : 'https'}://${section.listen}`;
}

async function readToken({ ask, readInput }: CliContext, fromInput: boolean): Promise<string> {
  if (!fromInput && ask === undefined)
    throw new WrongUsage('Nobody can be asked here: give the token on standard input with --token-stdin.');
  const text = fromInput || ask === undefined ? await readInput() : await ask('Your token: ');
  const token = text.split('\n', 1)[0]?.trim() ?? '';
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Refused('That is no token.');
  return token;
}
