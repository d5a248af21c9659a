import { OpenAPIHono } from '@hono/zod-openapi';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';
import { BadRequest } from '../problem.ts';
import { describeDeliveries } from './deliveries.ts';
import { addEvents } from './events.ts';
import { addOthers } from './others.ts';
import { addRuns } from './runs.ts';
import { addSecrets } from './secrets.ts';
import { addWords } from './words.ts';

/** The HTTP API; errors are the console's. */
export function api(deps: ConsoleDeps): OpenAPIHono<ConsoleEnv> {
  const app = new OpenAPIHono<ConsoleEnv>({
    defaultHook: result => {
      if (result.success) return;
      const wrong = result.error.issues.map(({ path, message }) =>
        path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
      );
      throw new BadRequest(`${wrong.join('; ')}. ${whereToLook}`);
    },
  });
  addRuns(app, deps);
  addWords(app, deps);
  addEvents(app, deps);
  addOthers(app, deps);
  addSecrets(app, deps);
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of "drillbook keys token PERSON", a sealed token, or a JWT of the identity provider',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: deps.secure ? '__Host-drillbook-session' : 'drillbook-session',
    description: 'After sign-in; calls that change something bring the header X-CSRF-Token too',
  });
  describeDeliveries(app);
  app.get('/openapi.json', context => context.json(describeApi(app)));
  return app;
}

const whereToLook = 'GET /api/v1/openapi.json describes what is taken.';

function describeApi(app: OpenAPIHono<ConsoleEnv>) {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'drillbook',
      version: '1',
      description: 'Start, watch and decide runs of disaster-recovery runbooks. Errors are application/problem+json.',
    },
    servers: [{ url: '/api/v1' }],
  });
}
