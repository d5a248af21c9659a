import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { expect, test } from 'vitest';
import { adoptEnvironment, emptyConfigText, pointAt } from '../../local/temporal-env.ts';
import { makeScratch } from './scratch.ts';

test("a person's own Temporal settings do not reach the local server", () => {
  const folder = makeScratch();
  const own = join(folder, 'own.toml');
  writeFileSync(
    own,
    '[profile.default]\naddress = "cloud:7233"\napi_key = "key"\n[profile.work]\nnamespace = "work"\n',
  );
  const emptyFile = join(folder, 'empty.toml');
  writeFileSync(emptyFile, emptyConfigText);
  const env: NodeJS.ProcessEnv = {
    PATH: '/bin',
    TEMPORAL_CLI: '/x/temporal',
    TEMPORAL_CONFIG_FILE: own,
    TEMPORAL_API_KEY: 'key',
    TEMPORAL_PROFILE: 'work',
    TEMPORAL_TLS_SERVER_NAME: 'cloud',
  };
  adoptEnvironment(pointAt('127.0.0.1:1', 'default', emptyFile, env), env);
  expect(env).toEqual({
    PATH: '/bin',
    TEMPORAL_CLI: '/x/temporal',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    TEMPORAL_NAMESPACE: 'default',
    TEMPORAL_CONFIG_FILE: emptyFile,
  });
  const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars: env as Record<string, string> });
  expect({ ...connectionOptions, namespace }).toMatchObject({ address: '127.0.0.1:1', namespace: 'default' });
  expect(connectionOptions.apiKey).toBeUndefined();
  expect(connectionOptions.tls).toBeUndefined();
});
