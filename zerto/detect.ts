import * as z from 'zod';
import { type Account, type Generation, kindsOf } from './accounts.ts';
import { readAnswer, refusalOf } from './answers.ts';
import type { Http } from './http.ts';
import type { HttpRequest } from './http-request.ts';
import { realm } from './keycloak.ts';

const request = {
  method: 'GET',
  base: 'root',
  path: `${realm}/.well-known/openid-configuration`,
} as const satisfies HttpRequest;

const configurationWire = z.looseObject({ token_endpoint: z.string() });

/**
 * What answers at the address, found out before any secret is sent: only an appliance has Keycloak's realm `zerto`. Where
 * the answer does not tell, a Windows account's own sign-in will (an appliance has no session/add); for an account of an
 * appliance it is an error.
 */
export async function detectGeneration(http: Http, account: Account): Promise<Generation> {
  const answer = await http.send(request);
  if (answer.status === 404) return 'windows';
  const isAppliance = answer.status === 200 && configurationWire.safeParse(jsonOrNothing(answer.text)).success;
  if (isAppliance) return 'appliance';
  if (kindsOf.windows.includes(account.kind)) return 'windows';
  if (answer.status !== 200) throw refusalOf(answer, request, http);
  readAnswer(answer, configurationWire, request, http);
  return 'appliance';
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
