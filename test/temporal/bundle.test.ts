import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { expect, it } from 'vitest';

it('the workflow bundle builds without a warning: nothing of Node reaches the sandbox', async () => {
  const said: string[] = [];
  const note = (message: string): void => {
    said.push(message);
  };
  const quiet = (): void => undefined;
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../dist/workflows/index.js', import.meta.url)),
    failureConverterPath: fileURLToPath(new URL('../../dist/workflows/failure-converter.js', import.meta.url)),
    logger: { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: note, error: note },
  });
  expect(said).toEqual([]);
  for (const foreign of ['zod', 'node:crypto', '@temporalio/client', 'undici', 'yaml']) {
    expect(code.includes(`node_modules/${foreign}/`)).toBe(false);
  }
});
