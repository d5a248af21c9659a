import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { accessOf, refusalOf } from '../../control/access/caller.ts';
import { findSecrets } from '../../control/config/needed-secrets.ts';
import { NotAllowed } from '../deeds.ts';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';
import { answer, problemsOf, security } from './describe.ts';
import { secretFindings } from './schemas.ts';

const secrets = createRoute({
  ...{ method: 'get', path: '/secrets', tags: ['access'], security, operationId: 'trySecrets' },
  summary: 'As an admin: whether this console can use each secret that it needs',
  description: 'Names, places and reasons; never a value. "drillbook config check --live" asks it.',
  responses: { 200: answer('By the order of drillbook.yaml', secretFindings), ...problemsOf() },
});

/** What only the console's own machine shows. */
export function addSecrets(app: OpenAPIHono<ConsoleEnv>, { readConfig, base }: ConsoleDeps): void {
  app.openapi(secrets, async context => {
    const config = await readConfig();
    const refused = refusalOf(accessOf(config), context.get('caller'), 'administer');
    if (refused !== undefined) throw new NotAllowed(refused);
    return context.json({ findings: [...(await findSecrets(config, base, 'console'))] }, 200);
  });
}
