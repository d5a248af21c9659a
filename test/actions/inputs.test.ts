import { describe, expect, test } from 'vitest';
import { type ActionName, actions } from '../../actions/index.ts';
import { missingInCommit } from '../../actions/zerto-commit.ts';
import { isSecretReference } from '../../actions/secret.ts';
import { judge } from './judge.ts';

const latest = { by: 'latest', kind: 'any' };
const secret = { secret: 'web' };
const url = 'https://10.0.0.1/health';

describe('what the language shows is taken', () => {
  test.each<readonly [ActionName, unknown]>([
    ['zerto/check-vpgs', { vpgs: ['payments-db'], 'max-rpo': 60_000, 'recovers-to': 'site-b' }],
    ['zerto/find-vpgs', {}],
    [
      'zerto/find-vpgs',
      {
        name: 'crm-*',
        'recovers-to': 'site-b',
        'service-profile': 'Gold',
        zorg: 'retail',
        priority: 'high',
        'not-tested-for': 1,
        exclude: ['crm-old*'],
      },
    ],
    ['zerto/choose-checkpoints', { vpgs: ['a'], checkpoint: latest, 'max-spread': 60_000 }],
    ['zerto/check-sites', { sites: ['site-a', 'site-b'] }],
    ['zerto/tag-checkpoint', { vpg: 'a', tag: 'before-change' }],
    ['zerto/failover-test', { vpg: 'a', checkpoint: 'latest', vms: ['a-1'] }],
    ['zerto/stop-failover-test', { vpg: 'a' }],
    ['zerto/failover', { vpg: 'a', checkpoint: latest, vms: ['a-1'], 'shutdown-source': 'none' }],
    ['zerto/move', { vpg: 'a', 'shutdown-source': 'force' }],
    ['zerto/recover', { vpg: 'a', checkpoint: { a: { by: 'id', id: '7' } } }],
    ['zerto/commit', { 'reverse-protect': 'if-possible' }],
    ['zerto/commit', { vpgs: ['a'], 'reverse-protect': true, 'source-vms': 'remove' }],
    ['zerto/commit', { 'reverse-protect': false, 'source-vms': 'keep' }],
    ['zerto/roll-back', {}],
    ['zerto/clone', { vpg: 'a', checkpoint: latest, datastore: 'B-DS-07' }],
    ['zerto/pause', { vpg: 'a' }],
    ['zerto/resume', { vpg: 'a' }],
    ['zerto/force-sync', { vpg: 'a' }],
    ['zerto/delete-vpg', { vpg: 'a', 'keep-volumes': false }],
    ['zerto/export-settings', { vpgs: ['a'] }],
    ['zerto/resources-report', {}],
    ['check/tcp', { host: 'a', port: 5_432, timeout: 1, via: 'bubble-b' }],
    ['check/http', { url, headers: { 'x-mine': '1', authorization: secret }, ca: 'ca.pem', follow: true, via: 'b' }],
    ['check/http', { url, auth: { basic: { username: 'a', password: secret } }, resolve: '10.0.0.2' }],
    ['check/http', { url, auth: { bearer: secret }, resolve: 'fe80::1' }],
    ['check/http', { url, method: 'POST', form: { user: 'a', password: secret } }],
    ['check/http', { url, method: 'PUT', json: { a: [1, null, true] }, login: { url, form: { password: secret } } }],
    ['check/http', { url, method: 'PATCH', body: 'x', login: { url, json: { user: 'x' } } }],
    [
      'check/http',
      { url, expect: { status: [200, 204], header: { a: 'b' }, 'body-contains': 'up', json: { up: true }, within: 1 } },
    ],
    ['check/dns', { name: 'db.example.com', type: 'CNAME', server: '10.20.0.53:5353', expect: ['10.20.1.10'] }],
    ['check/dns', { name: 'db.example.com', expect: '10.20.1.10' }],
    ['check/tls', { host: 'a', 'server-name': 'b', expect: { 'valid-for': 1, issuer: 'CA', names: ['b'] } }],
    ['check/command', { command: 'ledger-newest-posting', args: ['5m'], via: 'bubble-b' }],
    ['command/run', { command: 'switch' }],
    ['http/request', { endpoint: 'dns-api', path: '/zones/a', query: { key: secret } }],
    [
      'http/request',
      {
        endpoint: 'dns-api',
        method: 'PUT',
        path: '/records/db',
        headers: { 'x-key': secret },
        json: { to: '10.20.1.10' },
        expect: { status: 200 },
        undo: { method: 'PUT', path: '/records/db', json: { to: '10.10.1.10' } },
      },
    ],
    ['approval', { message: 'Go?', from: ['dr-managers'], count: 2, 'break-glass': ['dr-duty'], remind: 1 }],
    ['approval', { message: 'Go?', from: ['ana'], choices: ['commit', 'roll-back'], 'not-requester': false }],
    ['manual', { instructions: 'Switch it.' }],
    ['manual', { instructions: 'Switch it.', assignee: ['ana', 'dr-duty'], evidence: 'required' }],
    ['wait', { for: 1 }],
    ['wait', { until: '2026-11-21T02:10:00Z' }],
    ['assert', { that: true, message: 'x' }],
    ['notify', { to: 'dr-drills', message: 'x' }],
    ['runbook', { file: '../shared/db.yaml', inputs: { a: [1], b: 'x' }, mode: 'drill' }],
  ])('%s with %j', (action, given) => {
    expect(judge(action, given)).toEqual([]);
  });
});

describe('what cannot be meant is refused', () => {
  const wanted = 'a secret is wanted here: { secret: NAME }';
  const keep = 'source-vms: `keep` is only possible with `reverse-protect: false`';
  test.each<readonly [ActionName, unknown, readonly string[]]>([
    ['zerto/commit', { 'reverse-protect': true, 'source-vms': 'keep' }, [keep]],
    ['zerto/commit', { 'reverse-protect': 'if-possible', 'source-vms': 'keep' }, [keep]],
    ['wait', {}, [': exactly one of "for" and "until"']],
    ['wait', { for: 1, until: '2026-11-21T02:10:00Z' }, [': exactly one of "for" and "until"']],
    [
      'check/http',
      { url, method: 'POST', form: {}, json: {}, body: '' },
      ['json: at most one of "form", "json" and "body"'],
    ],
    ['check/http', { url, json: {} }, ['json: a GET request has no body: name another `method`']],
    ['check/http', { url, method: 'HEAD', body: 'x' }, ['body: a HEAD request has no body: name another `method`']],
    ['check/http', { url, auth: {} }, ['auth: exactly one of "basic" and "bearer"']],
    [
      'check/http',
      { url, auth: { bearer: secret }, headers: { Authorization: secret } },
      ['headers.Authorization: `auth` says it already'],
    ],
    ['check/http', { url, login: { url } }, ['login: exactly one of "form" and "json"']],
    ['check/http', { url, auth: { bearer: 'correct-horse' } }, [`auth.bearer: ${wanted}`]],
    [
      'check/http',
      { url, auth: { basic: { username: 'a', password: 'correct-horse' } } },
      [`auth.basic.password: ${wanted}`],
    ],
    ['check/http', { url, headers: { Authorization: 'correct-horse' } }, [`headers.Authorization: ${wanted}`]],
    ['check/http', { url, login: { url, form: { Password: 'x' } } }, [`login.form.Password: ${wanted}`]],
    ['http/request', { endpoint: 'a', path: '/a', query: { apiKey: 'x' } }, [`query.apiKey: ${wanted}`]],
    ['http/request', { endpoint: 'a', path: '/a', query: { db_pass: 'x', bypass: 'x' } }, [`query.db_pass: ${wanted}`]],
    ['check/http', { url, resolve: 'db.example.com' }, ['resolve: an IP address is wanted']],
    ['check/http', { url: 'https://a:b@c/' }, ['url: an http or https URL without a name or password']],
    ['check/http', { url, expect: { status: 204, json: {} } }, ['expect.json: an answer 204 has no body']],
    [
      'http/request',
      { endpoint: 'a', path: '/a', undo: { path: '/a', body: 'x' } },
      ['undo.body: a GET request has no body: name another `method`'],
    ],
    [
      'approval',
      { message: 'Go?', from: ['ana'], choices: ['commit', 'reject', 'commit'] },
      ['choices.2: the choice "commit" stands twice', 'choices.1: everybody can always reject: leave it out'],
    ],
    [
      'runbook',
      { file: '/etc/x.yaml' },
      ['file: a path from the folder of this file is wanted, with "/" between its parts'],
    ],
  ])('%s with %j', (action, given, wrong) => {
    expect(judge(action, given)).toEqual(wrong);
  });

  const base = 'it begins with "/": the rest of the URL is the endpoint’s';
  const parts = 'no space, no "\\", no "//" at its beginning, no "." or ".." as a part';
  test.each([
    ['https://evil/', base],
    ['a', base],
    ['/a?b=c', 'a query stands under `query`'],
    ['/a#b', 'a query stands under `query`'],
    ['//evil/a', parts],
    ['/a/../b', parts],
    ['/a/..', parts],
    ['/a/%2e%2e/b', parts],
    ['/a\\b', parts],
    ['/a b', parts],
  ])('the path %s leaves its endpoint or is none', (path, why) => {
    expect(judge('http/request', { endpoint: 'a', path })).toEqual([`path: ${why}`]);
  });

  // Which field is to blame; the words for these are the compiler's.
  test.each<readonly [ActionName, unknown, string]>([
    ['zerto/move', { vpg: 'a', 'shutdown-source': 'none' }, 'shutdown-source'],
    ['zerto/move', { vpg: 'a', checkpoint: latest }, ''],
    ['zerto/commit', {}, 'reverse-protect'],
    ['zerto/clone', { vpg: 'a' }, 'datastore'],
    ['zerto/find-vpgs', { priority: 'urgent' }, 'priority'],
    ['zerto/check-sites', { sites: [] }, 'sites'],
    ['check/tcp', { host: 'a', port: 0 }, 'port'],
    ['check/tcp', { host: 'a', port: 65_536 }, 'port'],
    ['check/http', { url, method: 'GTE' }, 'method'],
    ['check/http', { url, headers: { 'a b': 'x' } }, 'headers.a b'],
    ['check/http', { url, headers: { a: 'x\ny: z' } }, 'headers.a'],
    ['check/http', { url, auth: { bearer: { secret: 'a', more: 1 } } }, 'auth.bearer'],
    ['check/http', { url, expect: { status: 99 } }, 'expect.status'],
    ['check/tls', { host: 'a', expect: { 'valid-for': 0 } }, 'expect.valid-for'],
    ['check/command', { command: 'a', args: 'b; rm' }, 'args'],
    ['approval', { message: 'Go?', from: ['ana'], count: 1.5 }, 'count'],
    ['approval', { message: 'Go?', from: [] }, 'from'],
    ['manual', {}, 'instructions'],
    ['manual', { instructions: 'x', evidence: 'perhaps' }, 'evidence'],
    ['runbook', { file: 'a.yaml', mode: 'test' }, 'mode'],
    ['runbook', { file: 'C:\\a.yaml' }, 'file'],
  ])('%s with %j at %s', (action, given, path) => {
    expect(judge(action, given).map(text => text.split(': ')[0])).toEqual([path]);
  });
});

describe('a commit after a move', () => {
  test.each([
    [{}, true, 'source-vms'],
    [{}, false, undefined],
    [{ 'source-vms': 'keep' }, true, undefined],
    [{ 'source-vms': null }, true, undefined],
  ])('%j', (input, moves, missing) => {
    expect(missingInCommit(input, moves)).toBe(missing);
  });
});

test('a secret stays a reference', () => {
  const headers = { a: 'text', b: secret };
  const read = actions['check/http'].input.parse({ url, headers });
  expect(read.headers).toEqual(headers);
  expect([secret, 'web', { secret: 1 }, { secret: 'a', b: 1 }, null].map(isSecretReference)).toEqual([
    true,
    ...[false, false, false, false],
  ]);
});
