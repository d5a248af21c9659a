import { buildRouteMap } from '@stricli/core';
import { type KeyScope, keyScopes } from '../actions/key-scopes.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { exitCodes } from './exit-codes.ts';
import { config, json, plainText } from './flags.ts';
import { Refused } from './problems.ts';
import { token } from './token.ts';

interface Flags {
  readonly config?: string;
}
interface NewFlags extends Flags {
  readonly person?: string;
  readonly for?: readonly KeyScope[];
}
interface ListFlags extends Flags {
  readonly json: boolean;
}

const name = { brief: 'What the key is called', parse: plainText, placeholder: 'NAME' } as const;
const configFlag = {
  ...config,
  brief: 'The drillbook.yaml that lists them (default: in this folder or above it)',
} as const;

function parseScopes(text: string): readonly KeyScope[] {
  const named = plainText(text).split(',');
  const known = keyScopes.filter(scope => named.includes(scope));
  if (known.length !== named.length) throw new Error(`some of ${keyScopes.join(',')} is wanted, with commas`);
  return known;
}

const make = defineCommand<NewFlags, [name?: string]>(
  {
    docs: { brief: 'Make a key that signs what you decide' },
    parameters: {
      positional: { kind: 'tuple', parameters: [{ ...name, optional: true }] },
      flags: {
        person: {
          kind: 'parsed',
          parse: plainText,
          brief: 'For whom it signs (default: you; "nobody": for whomever it names)',
          placeholder: 'person',
          optional: true,
        },
        for: {
          kind: 'parsed',
          parse: parseScopes,
          brief: `What it signs: ${keyScopes.join(',')} or some of them (default: everything)`,
          placeholder: 'scopes',
          optional: true,
        },
        config: configFlag,
      },
    },
  },
  async (context, flags, given) => {
    const { path, people } = await readConfig(context, flags);
    const asked = flags.person ?? people.personOf(context.user());
    if (asked === undefined)
      throw new Refused(`drillbook.yaml knows nobody as ${context.user()}: say for whom it signs, with --person.`);
    if (asked !== 'nobody' && people.personOf(asked) !== asked)
      throw new Refused(`drillbook.yaml has no person ${asked}.`);
    const person = asked === 'nobody' ? undefined : asked;
    const made = await context.outside.makeKey(path, given ?? person ?? 'key', { person, for: flags.for });
    context.terminal.answer(made.line);
    context.terminal.say(
      `The private half is ${made.file}: keep it to yourself. Put the line above under identity.keys of drillbook.yaml; sign with --key ${made.file} or DRILLBOOK_KEY.`,
    );
    return exitCodes.fine;
  },
);

const rotate = defineCommand<Flags, [name: string]>(
  {
    docs: { brief: 'Make the next key in place of one' },
    parameters: { positional: { kind: 'tuple', parameters: [name] }, flags: { config: configFlag } },
  },
  async (context, flags, old) => {
    const { path, config: read } = await readConfig(context, flags);
    const made = await context.outside.rotateKey(path, read, old);
    context.terminal.answer(made.line);
    context.terminal.say(
      `The private half is ${made.file}. List the line above beside ${old}, sign with the new key, and only then take ${old} out: until then both count (give ${old} an "until" so that it ends by itself). What ${old} has signed stays proved in the reports; what it has published counts only as long as it is listed: publish it again with the new key.`,
    );
    return exitCodes.fine;
  },
);

const list = defineCommand<ListFlags, []>(
  {
    docs: { brief: 'Which keys are listed, and which lie here' },
    parameters: { flags: { json, config: configFlag } },
  },
  async (context, flags) => {
    const { path, config: read } = await readConfig(context, flags);
    const keys = await context.outside.listKeys(path, read);
    if (flags.json) context.terminal.answer(JSON.stringify(keys));
    else context.terminal.answer(keys.length === 0 ? 'No keys.' : keys.map(describe).join('\n'));
    return exitCodes.fine;
  },
);

type View = Awaited<ReturnType<CliContext['outside']['listKeys']>>[number];

function describe({ id, person, for: scopes, fingerprint, from, until, file, listed }: View): string {
  const whose = listed
    ? person === undefined
      ? 'for whomever it names'
      : `for ${person}`
    : 'not listed in drillbook.yaml';
  const days = [from === undefined ? '' : ` from ${from}`, until === undefined ? '' : ` until ${until}`].join('');
  const what = scopes === undefined ? '' : `, ${scopes.join(' and ')}`;
  return `${id}  ${fingerprint}  ${whose}${what}${days}${file === undefined ? '' : `  ${file}`}`;
}

async function readConfig(context: CliContext, flags: Flags) {
  const { outside, cwd } = context;
  const path = await outside.findConfig(cwd, configPathOf(context, flags.config));
  if (path === undefined) throw new Refused('There is no drillbook.yaml here or above (--config names one).');
  return { path, config: await outside.loadConfig(path), people: await readPeople(context, path) };
}

async function readPeople({ outside }: CliContext, path: string) {
  const people = await outside.readPeople(path);
  if ('unreadable' in people) throw new Refused(`${people.unreadable}.`);
  return people;
}

export const keys = buildRouteMap<'new' | 'list' | 'rotate' | 'token', CliContext>({
  routes: { new: make, list, rotate, token },
  docs: { brief: 'Keys that sign what people decide, and tokens for the console' },
});
