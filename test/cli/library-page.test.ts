import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
// Loaded before a test's time begins, not by its first command.
import '../../control/library/publish.ts';
import type { Outside } from '../../cli/outside.ts';
import '../../control/prepare.ts';
import { writeConfigText } from '../../local/config-text.ts';
import { control, drillbook } from './command-line.ts';
import { makeFolder } from './folder.ts';

/** Every command of docs/library.md does what the page says, one after the other. */
const page = readFileSync(new URL('../../docs/library.md', import.meta.url), 'utf8');
const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.trim().split('\n'));

const shipped = readFileSync(new URL('../../runbooks/payments.yaml', import.meta.url), 'utf8');
const site = (name: string) => ({
  ...{ name, url: 'https://127.0.0.1:9669', zertoName: name, generation: 'appliance' as const, username: 'u' },
  ...{ password: 'p', ca: 'ca.pem', testNetworks: ['bubble'] },
  doors: { bubble: 'socks5://127.0.0.1:1', lan: 'socks5://127.0.0.1:2' },
});

it('every command of docs/library.md', async () => {
  expect(commands).toHaveLength(9);
  const config = writeConfigText([site('site-a'), site('site-b')], {
    'site-a-password': 'a',
    'site-b-password': 'b',
    pagerduty: 'p',
  });
  const cwd = makeFolder({
    'drillbook.yaml': config.replace('published: false', 'published: true'),
    'runbooks/payments.yaml': shipped,
  });
  const started: string[] = [];
  const client = { workflow: { list: async function* () {} } };
  const outside = {
    connect: () => Promise.resolve({ ...control, client } as unknown as typeof control),
    startRun: (_control, plan, { lift }) => {
      started.push(`${plan.name} ${plan.mode}${lift === undefined ? '' : ` lifted by ${lift.by}`}`);
      return Promise.resolve('payments-1');
    },
    dryRun: () => Promise.resolve({ fits: true, steps: [], findings: [], told: [] }),
  } satisfies Partial<Outside>;
  let lift = '';
  let published = '';
  for (const line of commands) {
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain = '']) => quoted ?? plain);
    expect(words.shift()).toBe('drillbook');
    const args = words.map(word =>
      word === 'LIFT'
        ? lift
        : word.replace('payments@3f2a9c', published).replace('runbooks/payments', `${cwd}/runbooks/payments`),
    );
    const { code, stdout, stderr } = await drillbook(args, { cwd, outside });
    expect(code, `${line}\n${stdout}\n${stderr}`).toBe(0);
    if (words[0] === 'lift') lift = stdout.trim();
    if (words[0] === 'publish') published = /^\S+/.exec(stdout)?.[0] ?? '';
  }
  expect(started).toEqual(['payments failover', 'payments failover lifted by ana']);
});
