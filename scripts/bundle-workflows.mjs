import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { inRoot, listFiles, root } from './paths.mjs';
import { SetUpProblem } from './problem.mjs';

const bundleFile = inRoot('dist', 'workflow-bundle.js');
const factsFile = inRoot('dist', 'workflow-bundle.json');
/** All that workflow code can import (the table of the rooms in .dependency-cruiser.cjs). */
const sources = ['workflows', 'engine', 'expressions', 'compiler', 'actions'];

/**
 * Makes `dist/workflow-bundle.js`, which a worker starts from in half the time, and `dist/workflow-bundle.json` with the SHA-256 of its
 * code above the source map: the same sources give the same, in every clone, so it is the worker's build id. Does nothing when the
 * compiled sources are unchanged.
 * @returns {Promise<number>} seconds
 */
export async function bundleWorkflows() {
  const inputs = hashInputs();
  if (existsSync(bundleFile) && existsSync(factsFile) && JSON.parse(readFileSync(factsFile, 'utf8')).inputs === inputs)
    return 0;
  const began = performance.now();
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const options = {
    workflowsPath: inRoot('dist', 'workflows', 'index.js'),
    failureConverterPath: inRoot('dist', 'workflows', 'failure-converter.js'),
    // Module names are relative to this, and else to wherever the build was called.
    webpackConfigHook: config => ({ ...config, context: root }),
    logger: loudLogger(),
  };
  const { code } = await bundleWorkflowCode(options).catch(error => {
    throw new SetUpProblem(`${error.message}\nThe workflow bundle was not made: see the error above.`);
  });
  const sha256 = createHash('sha256').update(withoutSourceMap(code)).digest('hex');
  replaceFile(bundleFile, code);
  replaceFile(factsFile, `${JSON.stringify({ sha256, inputs })}\n`);
  return (performance.now() - began) / 1000;
}

/** The map at the end names this machine's folders; two clones would have two build ids by it. */
function withoutSourceMap(code) {
  const end = code.lastIndexOf('//# sourceMappingURL=');
  return end < 0 ? code : code.slice(0, end);
}

function hashInputs() {
  const hash = createHash('sha256').update(readFileSync(inRoot('package-lock.json')));
  for (const room of sources) {
    for (const file of listFiles(inRoot('dist', room), /\.js$/)) {
      hash.update(`\0${relative(inRoot('dist'), file)}\0`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

/** The bundler reports its progress as INFO; a newcomer needs only what went wrong. */
function loudLogger() {
  const quiet = () => {};
  const loud = (message, meta) =>
    process.stderr.write(`${message}${meta === undefined ? '' : ` ${JSON.stringify(meta)}`}\n`);
  return { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: loud, error: loud };
}

/** A worker that starts meanwhile reads the old bundle or the new one, never a half. */
function replaceFile(file, text) {
  const next = `${file}.${process.pid}.tmp`;
  writeFileSync(next, text);
  renameSync(next, file);
}
