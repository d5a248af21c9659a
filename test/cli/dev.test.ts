import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { Outside } from '../../cli/outside.ts';
import { findFreePort } from '../../local/free-port.ts';
import type { Stack } from '../../local/stack.ts';
import { drillbook } from './command-line.ts';
import { makeFolder } from './folder.ts';

function staged(change: Partial<Stack> = {}) {
  const state = { stops: 0, asked: [] as unknown[] };
  const startStack: Outside['startStack'] = options => {
    state.asked.push({ temporalPort: options.temporalPort, simulatorPort: options.simulatorPort });
    const site = {
      name: 'site-b',
      url: 'https://127.0.0.1:2',
      generation: 'windows' as const,
      ca: 'ca.pem',
      username: 'u',
      password: 'p',
      accounts: [],
      zertoName: 'Slough',
      testNetworks: [],
      doors: { bubble: '', lan: '' },
    };
    return Promise.resolve({
      dir: options.dir,
      address: '127.0.0.1:1',
      namespace: 'default',
      env: {},
      configPath: '/a folder/drillbook.yaml',
      sites: [site],
      consoleUrl: 'http://127.0.0.1:8080',
      worker: {
        name: 'worker',
        pid: 1,
        logFile: 'worker.log',
        readyLine: '',
        ended: new Promise(() => undefined),
        stop: () => Promise.resolve(),
      },
      broken: new Promise(() => undefined),
      testsRunning: () => Promise.resolve([]),
      startWorker: () => Promise.reject(new Error('not here')),
      stop: () => {
        state.stops++;
        return Promise.resolve();
      },
      ...change,
    });
  };
  return { state, startStack };
}

it('prints the addresses and what another terminal needs, until Ctrl-C', async () => {
  const { state, startStack } = staged();
  const port = await findFreePort();
  const { code, stdout, stderr } = await drillbook(
    ['dev', '--temporal-port', String(port), '--simulator-port', '9669'],
    {
      cwd: makeFolder(),
      outside: { startStack },
      withCtrlC: press => setTimeout(press, 5),
    },
  );
  expect(stdout).toMatchInlineSnapshot(`
    "Temporal        127.0.0.1:1 (namespace default)
    site-b          https://127.0.0.1:2
    drillbook.yaml  /a folder/drillbook.yaml
    Console         http://127.0.0.1:8080

    In another terminal:
      export TEMPORAL_ADDRESS=127.0.0.1:1
      export DRILLBOOK_CONFIG='/a folder/drillbook.yaml'
      bin/drillbook run runbooks/payments.yaml --mode drill
    Its people are ana, bo and cem: DRILLBOOK_USER=ana bin/drillbook approve RUN STEP

    Ctrl-C ends everything.
    "
  `);
  expect([code, stderr]).toEqual([0, 'Everything that was started ends.\n']);
  expect(stdout).not.toMatch(/password/i);
  expect(state).toEqual({ stops: 1, asked: [{ temporalPort: port, simulatorPort: 9669 }] });
});

it('a taken port: a sentence with the flag, nothing is started', async () => {
  const { state, startStack } = staged();
  const server = createServer();
  onTestFinished(() => void server.close());
  const port = await new Promise<number>(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const seen = await drillbook(['dev', '--temporal-port', String(port)], { outside: { startStack } });
  expect([seen.code, seen.stdout]).toEqual([1, '']);
  expect(seen.stderr).toContain(`Port ${port} on 127.0.0.1 is taken.`);
  expect(seen.stderr).toContain('--temporal-port P');
  expect(state.asked).toEqual([]);
});

it('ends with a sentence when a part of it is gone', async () => {
  const { state, startStack } = staged({ broken: Promise.resolve('The simulator is gone; the logs are in x.') });
  const port = String(await findFreePort());
  const seen = await drillbook(['dev', '--temporal-port', port], { cwd: makeFolder(), outside: { startStack } });
  expect([seen.code, seen.stderr, state.stops]).toEqual([1, 'The simulator is gone; the logs are in x.\n', 1]);
});
