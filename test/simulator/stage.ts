import { steppedClock } from '../../simulator/clock.ts';
import type { Scenario, VmSpec, VpgSpec } from '../../simulator/scenario.ts';
import { changeVpg } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import type { Simulator } from '../../simulator/server.ts';
import { type Client, type Reply, type Seen, signIn, simulate } from './harness.ts';

export const second = 1000;
export const minute = 60 * second;

/** The healthy estate, changed, on a clock that stands still; clients of both sites; one VPG of it. */
export async function stage(change: (scenario: Scenario) => Scenario = scenario => scenario, name = 'payments-db') {
  const simulator = await simulate({ clock: steppedClock(), scenario: change(healthy()) });
  const b = await signInAgain(simulator, 'site-b');
  const id = await b.vpg(name);
  return { simulator, clock: simulator.clock, b, id, ...handles(simulator, b, id) };
}

/** A client that signs in again when its session was idle for too long. */
export async function signInAgain(simulator: Simulator, site: string): Promise<Client> {
  let client = await signIn(simulator, site);
  const call: Client['call'] = async (method, path, body) => {
    const answer = await client.call(method, path, body);
    if (answer.status !== 401) return answer;
    client = await signIn(simulator, site);
    return client.call(method, path, body);
  };
  return {
    get token() {
      return client.token;
    },
    call,
    get: path => call('GET', path),
    post: (path, body) => call('POST', path, body),
    vpg: name => client.vpg(name),
  };
}

function handles(simulator: Simulator, client: Client, id: string) {
  const path = `vpgs/${id}`;
  return {
    path,
    /** A client of the other site. */
    a: () => signInAgain(simulator, 'site-a'),
    /** POST of an action; gives the answer. */
    act: (action: string, body?: unknown) => client.post(`${path}/${action}`, body),
    /** POST of an action that is taken; its task when so many ms have passed. */
    done: async (action: string, body?: unknown, ms = 10 * second): Promise<Seen> => {
      const answer = await client.post(`${path}/${action}`, body);
      if (answer.status !== 200) throw new Error(`${action}: ${answer.status} ${answer.text}`);
      simulator.clock.advance(ms);
      return client.get(`tasks/${answer.word()}`);
    },
    state: () => stateOf(client, id),
    vpg: () => client.get(path),
  };
}

/** Status and SubStatus as this site tells them. */
export async function stateOf(client: Client, id: string): Promise<string> {
  const vpg = await client.get(`vpgs/${id}`);
  const word = async (list: string, key: string): Promise<string> =>
    (await client.get(`vpgs/${list}`)).at(Number(vpg.at(key).json)).word();
  return `${await word('statuses', 'Status')}/${await word('substatuses', 'SubStatus')}`;
}

/** HelpIdentifiers of the alerts that are on, with their levels. */
export async function alertsOf(client: Client, query = ''): Promise<string[]> {
  const alerts = await client.get(`alerts?${query}`);
  return alerts.items().map(alert => `${alert.at('HelpIdentifier').word()} ${alert.at('Level').word()}`);
}

export const refusal = (answer: Reply) => [answer.status, answer.at('Message').json];

export function withVpg(name: string, change: Partial<VpgSpec>) {
  return (scenario: Scenario): Scenario => changeVpg(scenario, name, vpg => ({ ...vpg, ...change }));
}

export function withVm(name: string, change: Partial<VmSpec>) {
  return (scenario: Scenario): Scenario => ({
    ...scenario,
    vms: scenario.vms.map(vm => (vm.name === name ? { ...vm, ...change } : vm)),
  });
}

export function withChoices(choices: Scenario['choices']) {
  return (scenario: Scenario): Scenario => ({ ...scenario, choices: { ...scenario.choices, ...choices } });
}
