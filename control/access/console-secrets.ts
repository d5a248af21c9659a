import { z } from 'zod';
import type { ConfigFinding } from '../../engine/config-finding.ts';
import type { Config } from '../config/config.ts';
import { isOf } from '../config/needed-secrets.ts';
import { askConsole, type Login, LoginRefused } from './login.ts';

const answered = z.object({ findings: z.array(z.object({ what: z.string(), ok: z.boolean(), found: z.string() })) });

/**
 * What `config check --live` tells of the console's secrets: the console itself where somebody has signed in to it, else whatever the
 * worker could see from its own machine. `login`: of whoever asks, at any console.
 */
export async function withConsole(
  findings: readonly ConfigFinding[],
  { console: { 'public-url': url } }: Pick<Config, 'console'>,
  login: Login | undefined,
): Promise<readonly ConfigFinding[]> {
  // Somebody may have signed in to another project's.
  const isThis = login !== undefined && (url === undefined || login.url === url.replace(/\/$/, ''));
  if (!isThis) return findings;
  try {
    const asked = answered.safeParse(await askConsole(login, '/api/v1/secrets'));
    if (!asked.success) throw new LoginRefused(`What answers at ${login.url} is no console.`);
    return [...findings.filter(({ what }) => !isOf(what, 'console')), ...asked.data.findings];
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw error;
    return [...findings, { what: `console ${login.url}`, ok: false, found: error.message }];
  }
}
