import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type CompletionItem, getLanguageService, type LanguageService, MarkupContent } from 'yaml-language-server';
import { writableActions } from '../../compiler/json-schema/actions.ts';
import { runbookSchema } from '../../compiler/json-schema/runbook.ts';

/** The language server that stands behind the YAML support of editors, in this process, with our schema. */
let service: LanguageService;
/** As it is read from the file: the server writes into what it is given. */
const schemaText = JSON.stringify(runbookSchema());

beforeAll(() => {
  service = getLanguageService({
    // What the first line of a shipped runbook leads to.
    schemaRequestService: uri =>
      uri.endsWith('/schema/runbook.schema.json')
        ? Promise.resolve(schemaText)
        : Promise.reject(new Error('nothing else is fetched')),
    workspaceContext: { resolveRelativePath: (path, from) => new URL(path, from).href },
  });
  const uri = 'file:///runbook.schema.json';
  service.configure({
    completion: true,
    hover: true,
    validate: true,
    hoverSchemaSource: false,
    schemas: [{ uri, fileMatch: ['*.yaml'], schema: JSON.parse(schemaText) as unknown }],
  });
});

const head = 'apiVersion: drillbook/v1\nname: x\nsite: b\nmodes: [drill]\nsteps:\n';

let versions = 0;
/** The text without its `|`, and where that was. */
function at(marked: string): { document: TextDocument; position: ReturnType<TextDocument['positionAt']> } {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const document = TextDocument.create('file:///runbooks/x.yaml', 'yaml', ++versions, text);
  return { document, position: document.positionAt(offset) };
}

async function complete(marked: string): Promise<readonly CompletionItem[]> {
  const { document, position } = at(marked);
  return (await service.doComplete(document, position, false)).items;
}

async function hoverAt(marked: string): Promise<string> {
  const { document, position } = at(marked);
  const contents = (await service.doHover(document, position))?.contents;
  return MarkupContent.is(contents) ? contents.value : '';
}

const labels = (items: readonly CompletionItem[]): string[] => items.map(item => item.label);

describe('completion', () => {
  test('of the keys of a runbook', async () => {
    const found = labels(await complete('apiVersion: drillbook/v1\n|'));
    expect(found).toEqual(expect.arrayContaining(['name', 'modes', 'steps', 'finally', 'limits', 'outputs']));
  });

  test('of `uses`: every action, each with what it does', async () => {
    const found = await complete(`${head}  - id: a\n    uses: |\n`);
    expect(labels(found)).toEqual(writableActions().map(a => a.name));
    expect(found.find(item => item.label === 'check/tcp')).toMatchObject({
      insertText: 'check/tcp',
      documentation: 'proves that a TCP port answers. Effect: read.',
    });
  });

  test('of a whole step: every action once, with the keys that its `with` must have', async () => {
    const found = await complete(`${head}  - |\n`);
    const texts = Object.fromEntries(found.map(item => [item.label, item.insertText]));
    expect(labels(found).filter(label => label.includes('/') || label === 'wait')).toEqual(
      writableActions().flatMap(({ name }) => (name.includes('/') || name === 'wait' ? [name] : [])),
    );
    expect(texts['check/tcp']).toBe('id: $1\n  uses: check/tcp\n  with:\n    host: $2\n    port: $3');
    expect(texts['wait']).toBe('id: $1\n  uses: wait\n  with:\n    for: $2');
    expect(texts['approval']).toMatch(/message: \$2\n {4}from: \$3\n {2}timeout: \$\{4:1h\}$/);
  });

  test('of the keys of `with`: those of the action', async () => {
    const of = async (action: string): Promise<readonly string[]> =>
      labels(await complete(`${head}  - id: a\n    uses: ${action}\n    with:\n      |\n`));
    expect(await of('zerto/recover')).toEqual(expect.arrayContaining(['vpg', 'checkpoint', 'vms', 'shutdown-source']));
    expect(await of('zerto/recover')).not.toContain('host');
    expect(await of('check/tcp')).toEqual(expect.arrayContaining(['host', 'port', 'timeout', 'via']));
    expect(await of('check/tcp')).not.toContain('vpg');
  });

  test('of the words of a field, the default marked', async () => {
    const step = `${head}  - id: a\n    uses: zerto/recover\n    with:\n      vpg: x\n      shutdown-source: |\n`;
    const found = await complete(step);
    expect(labels(found)).toEqual(['auto', 'none', 'graceful', 'force']);
    expect(found[0]?.detail).toBe('Default value');
    expect(labels(await complete('apiVersion: drillbook/v1\nmodes: [|]\n'))).toContain('failover');
    expect(labels(await complete(`${head}  - id: a\n    on-failure: |\n`))).toEqual(['abort', 'continue', 'ask']);
  });
});

describe('hover', () => {
  test('of an action: what it does and how far it can reach', async () => {
    const text = await hoverAt(`${head}  - id: a\n    uses: check/t|cp\n    with: { host: x, port: 1 }\n`);
    expect(text).toContain('`check/tcp`: proves that a TCP port answers. Effect: read.');
  });

  test('of a field of `with`', async () => {
    const step = `${head}  - id: a\n    uses: zerto/recover\n    with:\n      shutdown-sou|rce: auto\n      vpg: x\n`;
    expect(await hoverAt(step)).toContain('What happens to the source VMs; `auto`: graceful');
    const other = `${head}  - id: a\n    uses: check/tcp\n    with:\n      por|t: 1\n      host: x\n`;
    expect(await hoverAt(other)).toContain('Port');
  });

  test('of a key of the language', async () => {
    expect(await hoverAt(`${head}  - id: a\n    on-fail|ure: ask\n    uses: wait\n`)).toContain(
      'What happens when it fails',
    );
  });
});

describe('what is underlined', () => {
  const problems = async (text: string): Promise<readonly string[]> => {
    const { document } = at(`${text}|`);
    const found = await service.doValidation(document, false);
    return found.map(d => `${d.range.start.line + 1}:${d.range.start.character + 1} ${d.message}`);
  };

  test('nothing in a good runbook', async () => {
    for (const name of readdirSync(join(import.meta.dirname, '../../runbooks'))) {
      const text = readFileSync(join(import.meta.dirname, '../../runbooks', name), 'utf8');
      expect(await problems(text), name).toEqual([]);
    }
  });

  test('mistakes, at their places', async () => {
    const step = '  - id: A\n    uses: check/tcp\n    with:\n      timeout: 10x\n      host: a\n      prt: 1\n';
    expect(await problems(`${head}${step}`)).toEqual([
      '6:9 Small letters, digits and "_", a letter first.',
      '8:5 Missing property "port".',
      expect.stringMatching(/^9:16 /),
      '11:7 Property prt is not allowed.',
    ]);
  });
});
