import { join, resolve } from 'node:path';

/** Where a worker keeps what must outlive it: DRILLBOOK_STATE, else `.drillbook` beside drillbook.yaml. */
export function stateFolder(base: string, env: Readonly<Partial<Record<string, string>>> = process.env): string {
  const asked = env['DRILLBOOK_STATE'];
  return asked === undefined || asked === '' ? join(base, '.drillbook') : resolve(asked);
}
