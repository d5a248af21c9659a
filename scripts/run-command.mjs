import { spawn } from 'node:child_process';
import { root } from './paths.mjs';
import { Interrupted, say } from './problem.mjs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const ownGroup = process.platform !== 'win32';
let told = false;

/**
 * Runs a command to its end, without a shell and without standard input. A signal is passed on to it; when it has ended, that is thrown
 * as Interrupted. A second signal ends it at once.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, show?: boolean, shell?: boolean }} options `show` passes the output on (to stderr and stdout
 *   as the command wrote it) instead of collecting it
 * @returns {Promise<{ code: number, output: string, seconds: number }>} `code` is 127 when the command does not exist, 128 when a
 *   signal ended it
 */
function runCommand(command, args, { env = process.env, show = false, shell = false } = {}) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      shell,
      // A terminal sends Ctrl-C to its whole group. npm lets go of its clean-up at the second one, so it must get only ours.
      detached: ownGroup,
      stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    const pieces = [];
    child.stdout?.on('data', piece => pieces.push(piece));
    child.stderr?.on('data', piece => pieces.push(piece));
    let interrupted;
    const passOn = signal => {
      if (!told) say('Interrupted; waiting for what runs to end …');
      told = true;
      sendSignal(child, interrupted === undefined ? signal : 'SIGKILL');
      interrupted ??= signal;
    };
    for (const signal of signals) process.on(signal, passOn);
    const end = code => {
      for (const signal of signals) process.removeListener(signal, passOn);
      if (interrupted !== undefined) reject(new Interrupted(interrupted));
      else
        resolve({ code, output: Buffer.concat(pieces).toString('utf8'), seconds: (performance.now() - began) / 1000 });
    };
    child.once('error', () => end(127));
    child.once('close', code => end(code ?? 128));
  });
}

/** To the command and what it started. */
function sendSignal(child, signal) {
  if (!ownGroup || child.pid === undefined) {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
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
