import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Input } from '../actions/index.ts';
import { isSecretReference } from '../actions/secret.ts';
import { probeOf } from './check-tcp.ts';
import { bare, NotReached } from './dial.ts';
import { fetchOnce, type Answer } from './http-exchange.ts';
import { StepErrored } from './outcome.ts';
import { spellDuration } from './spell.ts';
import type { Implementation } from './surroundings.ts';
import { holdUntil } from './until.ts';

type Expectation = NonNullable<Input<'check/http'>['expect']>;

/** Proves that a page or an API answers as expected, seen from the step's probe. Redirects are not followed. */
export const checkHttp: Implementation<'check/http'> = async (call, context) => {
  const { method, expect = {}, ca: caFile } = call.with;
  const headers = plainHeaders(call.with.headers);
  const url = readUrl(call.with.url);
  const from = probeOf(call, context);
  const ca = caFile === undefined ? undefined : await readCertificate(context.files.base, caFile);
  // Path and query may carry what must not be told; the place is enough for the person on call.
  const where = `${url.protocol}//${url.host}${url.pathname}`;
  const look = async (by: number) => {
    const timeoutMs = Math.max(1, Math.min(call.with.timeout, by - context.clock()));
    const request = { url, host: bare(url.hostname), method, headers, timeoutMs, signal: context.signal };
    try {
      const answer = await fetchOnce({ ...request, ...(ca !== undefined && { ca }), ...(from && { from }) });
      const seen = `${where} answered ${answer.status} in ${spellDuration(answer.tookMs)}`;
      const wrong = judge(answer, expect);
      if (wrong.length > 0) return { ok: false, saw: `${seen}, but ${wrong.join(' and ')}` } as const;
      return { ok: true, saw: seen, value: { status: answer.status, answered_after: answer.tookMs } } as const;
    } catch (error) {
      if (error instanceof NotReached) return { ok: false, saw: `${where} ${error.message}` } as const;
      throw error;
    }
  };
  const { value, attempts, tries } = await holdUntil(look, call.until, call.deadline, context);
  return { outputs: value, attempts, tries };
};

/** What does not fit, one clause each. Without a `status`, 200 to 299 is expected. */
function judge(answer: Answer, expect: Expectation): string[] {
  const wrong: string[] = [];
  const statuses = expect.status === undefined ? undefined : [expect.status].flat();
  const fits = statuses?.includes(answer.status) ?? (answer.status >= 200 && answer.status <= 299);
  if (!fits) wrong.push(`${statuses?.join(' or ') ?? 'a status from 200 to 299'} is expected`);
  for (const [name, value] of Object.entries(expect.header ?? {})) {
    const got = answer.headers[name.toLowerCase()];
    if (got !== value) wrong.push(`its header ${name} is ${got === undefined ? 'missing' : 'not'} "${value}"`);
  }
  const text = expect['body-contains'];
  if (text !== undefined && !answer.body.includes(text)) wrong.push(`its body does not contain "${text}"`);
  if (expect.within !== undefined && answer.tookMs > expect.within) {
    wrong.push(`it is expected within ${spellDuration(expect.within)}`);
  }
  return wrong;
}

/** Secrets in headers are not built yet; the contract refuses them before this. */
function plainHeaders(headers: Input<'check/http'>['headers'] = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (isSecretReference(value)) throw new StepErrored(`a secret in the header ${name} is not built yet`);
      return [name, value];
    }),
  );
}

function readUrl(text: string): URL {
  if (!URL.canParse(text)) throw new StepErrored(`"${text}" is no URL`);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw new StepErrored(`the URL at ${url.host} carries a password: secrets never stand in a runbook`);
  }
  return url;
}

async function readCertificate(base: string, file: string): Promise<string> {
  try {
    return await readFile(resolve(base, file), 'utf8');
  } catch {
    throw new StepErrored(`the certificate file ${file} cannot be read: it is looked for beside drillbook.yaml`);
  }
}
