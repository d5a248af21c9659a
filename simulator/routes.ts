import type { Route } from './router.ts';
import { actionRoutes } from './routes-actions.ts';
import { eventRoutes } from './routes-events.ts';
import { evidenceRoutes } from './routes-evidence.ts';
import { exportRoutes } from './routes-exports.ts';
import { listRoutes } from './routes-lists.ts';
import { serviceRoutes } from './routes-service.ts';
import { settingsRoutes } from './routes-settings.ts';
import { siteRoutes } from './routes-sites.ts';
import { storageRoutes } from './routes-storage.ts';
import { taskRoutes } from './routes-tasks.ts';
import { vpgRoutes } from './routes-vpgs.ts';
import { zorgRoutes } from './routes-zorgs.ts';

/** All that a signed-in client may ask for; of two that fit, the first is taken. */
export const routes: readonly Route[] = [
  ...listRoutes,
  ...vpgRoutes,
  ...actionRoutes,
  ...exportRoutes,
  ...settingsRoutes,
  ...taskRoutes,
  ...siteRoutes,
  ...zorgRoutes,
  ...evidenceRoutes,
  ...eventRoutes,
  ...storageRoutes,
  ...serviceRoutes,
];
