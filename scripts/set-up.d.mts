/** Installs `node_modules` with `npm ci` when it is missing or stale. */
export function ensureDependencies(): Promise<void>;
/** Compiles the rooms and bundles the workflows when a source changed. */
export function ensureBuild(): Promise<void>;
/** Finds or fetches the Temporal dev server. Needs the build. */
export function ensureTemporal(): Promise<void>;
