import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { vpgSubStatuses } from '../../simulator/enums.ts';
import { routes } from '../../simulator/routes.ts';
import { shippedScenarios } from '../../simulator/scenario-file/shipped-names.ts';
import { parseXml } from '../../zerto/xml.ts';
import { expectGenerated } from '../compiler/generated.ts';
import { composed, coverageTable, withTable } from './contract-coverage.ts';
import { documented } from './contract-documented.ts';
import { openApiOf } from './contract-openapi.ts';
import { type Exchange, keyOf } from './contract-record.ts';
import { type Run, runContract } from './contract-run.ts';

const generations = ['windows', 'appliance'] as const;
const cases = shippedScenarios.flatMap(name => generations.map(generation => ({ name, generation })));

const runs: Run[] = [];
let exchanges: readonly Exchange[] = [];

beforeAll(async () => {
  for (const { name, generation } of cases) runs.push(await runContract(name, generation));
  exchanges = runs.flatMap(run => run.exchanges);
}, 300_000);

describe('every answer of the simulator is understood by the client', () => {
  test.each(cases.map((each, index) => ({ ...each, index })))('$name, $generation', ({ index }) => {
    const run = runs[index];
    expect(run?.exchanges.length).toBeGreaterThan(200);
    expect(run?.faults).toEqual([]);
  });

  test('none is a refusal, but that a Windows ZVM has no realm', () => {
    const refused = exchanges.filter(({ status }) => status >= 300).map(each => `${each.status} ${each.endpoint}`);
    expect([...new Set(refused)]).toEqual(['404 GET /auth/realms/zerto/.well-known/openid-configuration']);
  });

  test('what the client has no method for is well-formed in both forms', () => {
    const unread = exchanges.filter(({ by }) => by === undefined);
    expect(new Set(unread.map(({ form }) => form))).toEqual(new Set(['json', 'xml']));
    for (const { form, text } of new Map(unread.map(each => [each.text, each])).values()) {
      if (form === 'xml') parseXml(text);
      else JSON.parse(text);
    }
  });

  test.each(generations)('every route is asked, and every GET in both forms: %s', generation => {
    const answered = exchanges.filter(each => each.generation === generation && each.status === 200);
    const found = new Set(answered.map(({ endpoint, form }) => `${form} ${endpoint}`));
    const lacking = routes.flatMap(({ method, path }) => {
      const forms = method === 'GET' ? ['json', 'xml'] : [found.has(`none ${method} ${path}`) ? 'none' : 'json'];
      return forms.map(form => `${form} ${method} ${path}`).filter(each => !found.has(each));
    });
    expect(lacking).toEqual([]);
  });

  test('every method of the client is called', () => {
    const called = new Set(runs.flatMap(run => [...run.watched.called]));
    const known = new Set(runs.flatMap(run => [...run.watched.known]));
    expect([...known].filter(name => !called.has(name)).sort()).toEqual([...composed].sort());
  });

  test('in states that differ', () => {
    const seen = exchanges.filter(each => each.endpoint === 'GET vpgs' && each.form === 'json');
    const vpgs = seen.flatMap(({ text }) => JSON.parse(text) as readonly Seen[]);
    const subStatuses = new Set(vpgs.map(vpg => vpgSubStatuses[vpg.SubStatus]));
    expect([...subStatuses].sort()).toMatchInlineSnapshot(`
      [
        "Backup",
        "BitmapSync",
        "DeltaSync",
        "DisconnectedFromPeer",
        "FailingOverBeforeCommit",
        "MovingBeforeCommit",
        "NeedsConfiguration",
        "None",
        "RecoveryPossible",
        "ReplicationPausedUserInitiated",
      ]
    `);
    const stages = new Set(vpgs.map(vpg => vpg.ActiveProcessesApi.RunningFailOverTestApi?.Stage));
    expect(stages).toEqual(new Set([undefined, 'Starting', 'InTest']));
    const alerts = exchanges.filter(each => each.endpoint === 'GET alerts' && each.form === 'json');
    const helps = alerts.flatMap(({ text }) => [...text.matchAll(/"HelpIdentifier":"(\w+)"/g)].map(([, help]) => help));
    expect([...new Set(helps)].sort()).toMatchInlineSnapshot(`
          [
            "VPG0003",
            "VPG0006",
            "VPG0007",
            "VPG0010",
            "VPG0014",
            "ZVM0002",
          ]
        `);
  });
});

interface Seen {
  readonly SubStatus: number;
  readonly ActiveProcessesApi: { readonly RunningFailOverTestApi: { readonly Stage: string } | null };
}

test('docs/zerto.md §13 says what happened', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/zerto.md'), 'utf8');
  expectGenerated('docs/zerto.md', withTable(page, '## §13 ', coverageTable(exchanges)));
});

const file = process.env['ZVM_OPENAPI'] ?? '';

describe(`the vendor's OpenAPI description${file === '' ? ' (skipped: ZVM_OPENAPI names no file)' : ''}`, () => {
  const run = test.runIf(file !== '');
  const openApi = () => openApiOf(JSON.parse(readFileSync(file, 'utf8')));

  run('knows every route', () => {
    const { endpoints } = openApi();
    const unknown = routes.map(({ method, path }) => `${method} ${path}`).filter(each => !endpoints.has(keyOf(each)));
    expect(unknown).toEqual([]);
  });

  run('has nothing that the table of docs/zerto.md leaves out', () => {
    const listed = new Set(documented.map(keyOf));
    expect([...openApi().endpoints].filter(each => !listed.has(each))).toEqual([]);
  });

  run('agrees with every answer', { timeout: 60_000 }, () => {
    const description = openApi();
    const lacking = new Set<string>();
    const wrong = new Set<string>();
    let compared = 0;
    // Of answers that are the same, one.
    const answers = new Map(exchanges.map(each => [`${each.generation} ${each.endpoint} ${each.text}`, each]));
    for (const { endpoint, form, status, text, generation } of answers.values()) {
      if (form !== 'json' || status !== 200 || !description.endpoints.has(keyOf(endpoint))) continue;
      compared++;
      const lacks = (place: string): void => {
        if (generation === 'appliance') lacking.add(place);
      };
      for (const each of description.disagreements(endpoint, JSON.parse(text), lacks))
        wrong.add(`${generation}: ${each}`);
    }
    console.info(
      `Fields of the description that an appliance of the simulator lacks: ${lacking.size}\n${[...lacking].sort().join('\n')}`,
    );
    expect(compared).toBeGreaterThan(1000);
    expect([...wrong]).toEqual([]);
  });
});

test('a disagreement with a description is found, whatever the case of the names', () => {
  const answer = {
    type: 'object',
    properties: {
      vpgName: { type: 'string', nullable: true },
      vmsCount: { type: 'integer' },
      status: { $ref: '#/components/schemas/Status' },
      lastTest: { type: 'string', format: 'date-time', nullable: true },
      vms: { type: 'array', items: { type: 'object', properties: { isOn: { type: 'boolean' } } } },
    },
  };
  const description = openApiOf({
    paths: {
      '/v1/vpgs/{vpgIdentifier}': {
        get: { responses: { '200': { content: { 'application/json': { schema: answer } } } } },
      },
    },
    components: { schemas: { Status: { type: 'integer', enum: [0, 1, 2] } } },
  });
  const lacks: string[] = [];
  const compare = (body: unknown) =>
    description.disagreements('GET vpgs/{vpg}', body, place => {
      lacks.push(place);
    });
  const good = {
    VpgName: null,
    VmsCount: 2,
    Status: 2,
    LastTest: '2026-01-15T09:00:00Z',
    Vms: [{ IsOn: true }],
    Own: 1,
  };
  expect(compare(good)).toEqual([]);
  expect(lacks).toEqual([]);
  expect(compare({ VpgName: 7, VmsCount: 1.5, Status: 9, LastTest: 'never', Vms: [{ IsOn: 'yes' }] })).toHaveLength(5);
  expect(compare({ VmsCount: null })).toEqual(['GET vpgs/{vpg}.vmsCount: null is no integer']);
  expect(lacks).toHaveLength(4);
  expect(description.endpoints).toEqual(new Set(['get vpgs/{}']));
});
