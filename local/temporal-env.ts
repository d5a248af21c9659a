/** Variables to set, and with `undefined` to take away, in an environment. */
export type EnvironmentChange = Readonly<Record<string, string | undefined>>;

/** What stands in the file for which `pointAt` asks: the SDK does not read a file without a profile. */
export const emptyConfigText = '[profile.default]\n';

/**
 * Points Temporal's own settings at a local server and at nothing else: a key, a certificate or a profile that this person uses for
 * another server would make the connection to ours fail. `emptyFile`, with `emptyConfigText`, stands in for
 * the person's configuration file.
 */
export function pointAt(
  address: string,
  namespace: string,
  emptyFile: string,
  env: NodeJS.ProcessEnv,
): EnvironmentChange {
  const others = Object.keys(env).filter(name => name.startsWith('TEMPORAL_') && name !== 'TEMPORAL_CLI');
  return {
    ...Object.fromEntries(others.map(name => [name, undefined])),
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    TEMPORAL_CONFIG_FILE: emptyFile,
  };
}

/** Lets this process itself, and what it starts from now on, use the server. */
export function adoptEnvironment(change: EnvironmentChange, env: NodeJS.ProcessEnv = process.env): void {
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) Reflect.deleteProperty(env, name);
    else env[name] = value;
  }
}
