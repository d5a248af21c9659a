import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createConsoleApp } from '../../console/app.ts';
import type { Trigger } from '../../console/hooks/verify.ts';
import { baseConfig, type Stage, startStage } from './stage.ts';

type Schema = Readonly<Record<string, unknown>>;
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security: unknown;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Schema }> };
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, { readonly schema: Schema }> }
  >;
}
interface Document {
  readonly openapi: string;
  readonly info: Schema;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema>; readonly securitySchemes: Schema };
}

/** Each kind of `triggers` has its way. */
const triggerKinds: Readonly<Record<Trigger['kind'], true>> = {
  pagerduty: true,
  alertmanager: true,
  hmac: true,
  slack: true,
};

let stage: Stage;
let document: Document;
beforeAll(async () => {
  stage = await startStage(baseConfig);
  document = (await (await stage.ask('/api/v1/openapi.json')).json()) as Document;
});
afterAll(() => {
  stage.close();
});

const operations = (): (readonly [method: string, path: string, operation: Operation])[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [method, path, operation] as const),
  );

it('is OpenAPI 3.1, and each call has a name, a summary and its ways to sign in', () => {
  expect(document.openapi).toBe('3.1.0');
  const names = operations().map(([, , { operationId }]) => operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const [method, path, { summary, security, responses, parameters = [] }] of operations()) {
    // Deliveries prove themselves, each kind in its way.
    const kinds = Object.keys(triggerKinds);
    const ways = path.startsWith('/hooks/') ? kinds : ['token', 'session'];
    expect([method, path, summary.length > 10, security]).toEqual([
      ...[method, path, true],
      ways.map(way => ({ [way]: [] })),
    ]);
    for (const status of ['401', '403', '503'])
      expect(Object.keys(responses[status]?.content ?? {})).toEqual(['application/problem+json']);
    // What stands in the path is described, and nothing else is called so.
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(parameters.filter(each => each.in === 'path').map(({ name }) => name)).toEqual(inPath);
  }
  expect(Object.keys(document.components.securitySchemes)).toEqual([
    ...['token', 'session'],
    ...Object.keys(triggerKinds),
  ]);
});

it('describes every call that there is', () => {
  const named = operations().map(([method, path]) => `${method.toUpperCase()} ${path}`);
  const described = named.filter(call => !call.includes(' /hooks/'));
  const routed = createConsoleApp(stage.deps)
    .routes.filter(({ path, method }) => path.startsWith('/api/v1/') && method !== 'ALL')
    .map(({ path, method }) => `${method} ${path.replace('/api/v1', '').replace(/:(\w+)/g, '{$1}')}`);
  expect(new Set(routed)).toEqual(new Set([...described, 'GET /openapi.json']));
  expect(described.length).toBeGreaterThan(20);
  // Beside the API: its own server is the console.
  const served = createConsoleApp(stage.deps).routes.map(({ path, method }) => `${method} ${path}`);
  expect(named.filter(call => call.includes(' /hooks/'))).toEqual(['POST /hooks/{name}']);
  expect(served).toContain('POST /hooks/:name');
  expect(document.paths['/hooks/{name}']?.['post']).toMatchObject({ servers: [{ url: '/' }] });
});

it('each of its schemas is one of JSON Schema 2020-12, and refers to what is there', () => {
  const ajv = new Ajv2020({ strict: false });
  const bodies = operations().flatMap(([, , { requestBody, responses }]) =>
    [requestBody, ...Object.values(responses)].flatMap(part =>
      Object.values(part?.content ?? {}).map(({ schema }) => schema),
    ),
  );
  expect(bodies.length).toBeGreaterThan(60);
  const texts = new Set(
    [...bodies, ...Object.values(document.components.schemas)].map(schema => JSON.stringify(schema)),
  );
  for (const text of texts) {
    expect([text, ajv.validateSchema(JSON.parse(text) as Schema)]).toEqual([text, true]);
    for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
      expect(document.components.schemas).toHaveProperty(name);
  }
});
