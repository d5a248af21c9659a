import type * as z from 'zod';
import { NotFound, NotUnderstood, Refused, ServerFault, type ZvmError } from './errors.ts';
import { type Http, type HttpAnswer, operationOf } from './http.ts';
import type { HttpRequest } from './http-request.ts';
import { messageWire } from './wire.ts';
import { parseXml, XmlRefused } from './xml.ts';
import { xmlValue } from './xml-value.ts';

/** The named error for an answer that is not a 2xx. 401 is not for here: session.ts knows what it means. */
export function refusalOf(answer: HttpAnswer, request: HttpRequest, http: Http): ZvmError {
  const { status } = answer;
  const operation = operationOf(request);
  const effect = request.effect ?? request.method !== 'GET';
  const vendorMessage = messageOf(answer);
  const facts = { operation, site: http.site, status, vendorMessage, retryable: false, happened: 'no' } as const;
  const unsettled = effect ? 'unknown' : 'no';
  const said = vendorMessage === undefined ? `with ${status}` : `with ${status}: "${vendorMessage}"`;
  const at = `Site "${http.site}" answered ${operation} ${said}.`;

  if (status < 400) {
    return new NotUnderstood(`${at} A ZVM never redirects: check that ${http.address} is the ZVM itself.`, {
      ...facts,
      happened: unsettled,
    });
  }
  if (status === 404) {
    return new NotFound(
      `${at} It does not exist there (any more); check the name, and that this is the right ZVM.`,
      facts,
    );
  }
  if (status === 429) {
    return new ServerFault(`${at} It asks for fewer requests; try again later.`, { ...facts, retryable: true });
  }
  if (status === 408 || status === 503 || (status >= 500 && vendorMessage === undefined)) {
    return new ServerFault(
      `${at} It is not able to answer now; try again, and look at the ZVM service if it stays so.`,
      {
        ...facts,
        retryable: true,
        happened: unsettled,
      },
    );
  }
  // A 500 with a Message is how a ZVM refuses (docs/zerto.md §7): repeating it changes nothing.
  return new Refused(
    status === 403
      ? `${at} The account may not do this: give it the right in Zerto.`
      : `${at} The ZVM refused; mend what it names, then try again.`,
    facts,
  );
}

/** Reads a 2xx answer by its schema; throws NotUnderstood. */
export function readAnswer<T>(answer: HttpAnswer, schema: z.ZodType<T>, request: HttpRequest, http: Http): T {
  const parsed = parse(answer, schema);
  const result = parsed.ok ? schema.safeParse(parsed.value) : undefined;
  if (result?.success === true) return result.data;
  const issue = result?.error.issues[0];
  const why = parsed.ok ? `${pathText(issue?.path ?? [])}: ${issue?.message ?? ''}` : parsed.why;
  const effect = request.effect ?? request.method !== 'GET';
  throw new NotUnderstood(
    `The answer of site "${http.site}" to ${operationOf(request)} is not understood (${why}). Check that ${http.address} is a ZVM and that its version is supported.${effect ? ' The call itself succeeded: look at the VPG before repeating it.' : ''}`,
    {
      operation: operationOf(request),
      site: http.site,
      status: answer.status,
      retryable: false,
      happened: effect ? 'yes' : 'no',
    },
  );
}

/** The sentence of `{"Message": …}`. 10.x wraps it: "… Exception occurred in API: DETAIL;". */
function messageOf(answer: HttpAnswer): string | undefined {
  const parsed = parse(answer, messageWire);
  const result = parsed.ok ? messageWire.safeParse(parsed.value) : undefined;
  if (result?.success !== true) return undefined;
  const message = result.data.Message;
  const detail = /Exception occurred in API:\s*(.*?);?\s*$/s.exec(message)?.[1] ?? message;
  const line = detail.replaceAll(/\s+/g, ' ').trim().slice(0, 500);
  return line === '' ? undefined : line;
}

/** By what came, not by what was asked for: a ZVM may not heed Accept. */
function parse(
  { headers, text }: HttpAnswer,
  schema: z.ZodType,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string } {
  try {
    return /[/+]xml\b/.test(headers.get('content-type') ?? '')
      ? { ok: true, value: xmlValue(parseXml(text), schema) }
      : { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    return { ok: false, why: error instanceof XmlRefused ? `as XML: ${error.message}` : 'it is not JSON' };
  }
}

function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'as a whole' : path.map(String).join('.');
}
