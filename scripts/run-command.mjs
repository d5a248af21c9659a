import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

/**
 * Runs a command to its end, without a shell and without standard input.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, show?: boolean, shell?: boolean }} options `show` passes the output on (to stderr and stdout
 *   as the command wrote it) instead of collecting it
 * @returns {Promise<{ code: number, output: string, seconds: number }>} `code` is 127 when the command does not exist, 128 when a
 *   signal ended it
 */
function runCommand(command, args, { env = process.env, show = false, shell = false } = {}) {
  const began = performance.now();
  return new Promise(resolve => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      shell,
      stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    const pieces = [];
    child.stdout?.on('data', piece => pieces.push(piece));
    child.stderr?.on('data', piece => pieces.push(piece));
    const end = code =>
      resolve({ code, output: Buffer.concat(pieces).toString('utf8'), seconds: (performance.now() - began) / 1000 });
    child.once('error', () => end(127));
    child.once('close', code => end(code ?? 128));
  });
}

/** Runs a JavaScript file of `node_modules` with this Node. */
export function runNode(file, args, options) {
  return runCommand(process.execPath, [file, ...args], options);
}

/** Runs npm: the one that runs us if there is one, else the one on PATH. */
export function runNpm(args, options) {
  const own = process.env.npm_execpath;
  if (own !== undefined && /npm-cli\.[cm]?js$/.test(own)) return runNode(own, args, options);
  return process.platform === 'win32'
    ? runCommand('npm.cmd', args, { ...options, shell: true })
    : runCommand('npm', args, options);
}
