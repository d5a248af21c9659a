import { findRoute } from '../../simulator/router.ts';
import { routes } from '../../simulator/routes.ts';

/** One request to the simulator and what it answered. */
export interface Exchange {
  readonly scenario: string;
  readonly generation: 'windows' | 'appliance';
  readonly state: string;
  /** `GET vpgs/{vpg}`: as the route of the simulator has it. */
  readonly endpoint: string;
  /** Lower case, with its identifiers. */
  readonly path: string;
  readonly status: number;
  readonly form: 'json' | 'xml' | 'html' | 'none';
  readonly text: string;
  /** The client's method that sent it; undefined: the test itself did. */
  readonly by: string | undefined;
  /** Calls of the client are counted. */
  readonly call: number;
}

export interface Recorder {
  readonly exchanges: readonly Exchange[];
  /** In place of the network. */
  readonly fetch: typeof fetch;
  /** The next requests are of this method of the client, or of the test itself. */
  begin(by: string | undefined): void;
  readonly by: string | undefined;
  state: string;
  /** The last session or token that a client sent. */
  session(): Record<string, string>;
}

export function createRecorder(through: typeof fetch, scenario: string, generation: Exchange['generation']): Recorder {
  const exchanges: Exchange[] = [];
  let session: Record<string, string> = {};
  let call = 0;
  let method: string | undefined;
  const recorder: Recorder = {
    exchanges,
    begin(by) {
      method = by;
      call++;
    },
    get by() {
      return method;
    },
    state: '',
    session: () => session,
    async fetch(input, init) {
      const request = new Request(input, init);
      const path = decodeURIComponent(new URL(request.url).pathname).toLowerCase();
      for (const name of ['x-zerto-session', 'authorization']) {
        const value = request.headers.get(name);
        if (value !== null && !value.startsWith('Basic ')) session = { [name]: value };
      }
      const { by, state } = recorder;
      const own = call;
      const answer = await through(request);
      const text = await answer.text();
      const type = answer.headers.get('content-type') ?? '';
      const form = (['json', 'xml', 'html'] as const).find(word => type.includes(word)) ?? 'none';
      const endpoint = endpointOf(request.method, path);
      exchanges.push({ scenario, generation, state, endpoint, path, status: answer.status, form, text, by, call: own });
      return new Response(text === '' ? null : text, { status: answer.status, headers: answer.headers });
    },
  };
  return recorder;
}

/** What of the API a request asks for; paths outside `/v1/` begin with a slash. */
function endpointOf(method: string, path: string): string {
  const [version, ...segments] = path.split('/').filter(segment => segment !== '');
  const rest = segments.join('/');
  if (version !== 'v1') return `${method} ${path}`;
  if (rest === '') return `${method} /v1/`;
  if (rest === 'session' || rest === 'session/add') return `${method} ${rest}`;
  if (segments.length === 2 && segments[1] === 'help') return `${method} {resource}/help`;
  return `${method} ${findRoute(routes, method, segments).route.path}`;
}

/** By which two spellings of an endpoint are the same: no case, no names of identifiers. */
export function keyOf(endpoint: string): string {
  return endpoint.toLowerCase().replaceAll(/\{[^}]*\}/g, '{}');
}
