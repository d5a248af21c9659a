import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { baseConfig, key, type Stage, startStage } from './stage.ts';

/** Every call of docs/triggers.md is one that is taken, signed as the page says. */
const page = readFileSync(new URL('../../docs/triggers.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text.trim().split('\n'));
const yaml = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
const secret = 'the-secret';

const config = `${baseConfig.replace(/^secrets: .*$/m, '')}people: { ana: { name: Ana } }
policy: { live-needs: { published: false } }
identity: { decision-key: decision, keys: [ { id: console, public: "${key.publicKey}" } ] }
${(yaml[0] ?? '').replace(/^secrets:$/m, 'secrets:\n  zvm: { env: ZVM }\n  decision: { file: decision.pem }\n  am-token: { file: keys.all }\n  ci-hmac: { file: keys.all }\n  slack-sign: { file: keys.all }').replaceAll(/keys\/[\w.-]+/g, 'keys.all')}`;

const runbook = (name: string, mode: string, trigger: string): string => `apiVersion: drillbook/v1
name: ${name}
site: site-b
modes: { ${mode}: {} }
inputs: { ticket: { type: string, default: none } }
${trigger}
steps:
  - { id: go, uses: approval, with: { message: "Go on?", from: [ana], count: 1 }, timeout: 1h }
`;
const from = (name: string): string => `triggers: [ { webhook: { name: it, mode: drill, from: ${name}, reason: x } } ]`;

let stage: Stage;
beforeAll(async () => {
  stage = await startStage(config);
  writeFileSync(join(stage.dir, 'keys.all'), secret, { mode: 0o600 });
  // PagerDuty's example has no number.
  const own = (yaml[1] ?? '').replace(/^ +inputs:.*\n/m, '');
  writeFileSync(join(stage.dir, 'payments.yaml'), runbook('payments', 'failover', own));
  writeFileSync(join(stage.dir, 'a.yaml'), runbook('alert-drill', 'drill', from('alertmanager')));
  writeFileSync(join(stage.dir, 'p.yaml'), runbook('release', 'drill', from('pipeline')));
});
afterAll(() => {
  stage.close();
});

/** What a shell makes of a line of the page; anything else is no line of it. */
function understand(line: string, values: Map<string, string>): void {
  const [, name = '', value = ''] = /^([A-Z]+)=(.*)$/.exec(line) ?? [];
  const fill = (text: string): string => text.replaceAll(/\$([A-Z]+)/g, (_, known: string) => values.get(known) ?? '');
  const signed = /^\$\(printf '%s' "(.*?)" \| openssl dgst -sha256 -hmac "\$SECRET" (.*)\)$/.exec(value);
  const hmac = () => createHmac('sha256', secret).update(fill(signed?.[1] ?? ''));
  if (value === '$(date -u +%Y-%m-%dT%H:%M:%SZ)') values.set(name, `${new Date().toISOString().slice(0, 19)}Z`);
  else if (value === '$(date +%s)') values.set(name, String(Math.floor(Date.now() / 1_000)));
  else if (signed?.[2] === "-r | cut -d ' ' -f 1") values.set(name, hmac().digest('hex'));
  else if (signed?.[2] === '-binary | base64') values.set(name, hmac().digest('base64'));
  else {
    expect(value).toMatch(/^(?:'[^']*'(?:\$[A-Z]+'[^']*')*|[\w-]+)$/);
    values.set(name, fill(value.replaceAll("'", '')));
  }
}

it('docs/triggers.md has a call for each sender', () => {
  expect(blocks.map(lines => lines.at(-1)?.split('/').at(-1))).toEqual(['pagerduty', 'alertmanager', 'pipeline']);
});

it.each(blocks.map(lines => [lines.at(-1) ?? '', lines] as const))('%s', async (call, lines) => {
  const values = new Map([['SECRET', secret]]);
  for (const line of lines.slice(0, -1)) understand(line, values);
  const fill = (text: string): string => text.replaceAll(/\$([A-Z]+)/g, (_, name: string) => values.get(name) ?? '');
  const [, path = ''] = / -d "\$BODY" \$URL(\S+)$/.exec(call) ?? [];
  const headers = [...call.matchAll(/-H "(.*?): (.*?)"/g)].map(
    ([, name = '', value = '']) => [name, fill(value)] as const,
  );
  const body = values.get('BODY') ?? '';
  const answer = await stage.ask(path, { method: 'POST', headers: Object.fromEntries(headers), body });
  expect([answer.status, await answer.json()]).toMatchObject([200, { runs: [{ again: false }], refused: [] }]);
});
