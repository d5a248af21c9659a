import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from './paths.mjs';
import { SetUpProblem, say } from './problem.mjs';
import { runNpm } from './run-command.mjs';

const packages = inRoot('node_modules');
const stampFile = inRoot('node_modules', '.drillbook-stamp');

/** Whether `node_modules` is what package-lock.json asks for on this Node. */
export function areDependenciesFresh() {
  if (readText(stampFile) === wantedStamp()) return true;
  const linked = isLink(packages);
  // Who shares the packages of another folder leaves the stamp to that one.
  if ((existsSync(stampFile) && !linked) || !isInstalledByHand()) return false;
  if (!linked) writeFileSync(stampFile, wantedStamp());
  return true;
}

/** Runs `npm ci`; the caller has found that it is needed and holds the set-up's lock. */
export async function installDependencies() {
  // npm would empty the folder that it points to.
  if (isLink(packages)) {
    throw new SetUpProblem(
      'The dependencies were not installed: `node_modules` is a link to another folder, whose packages are not those of package-lock.json. Update them there, or remove the link; then run this again.',
    );
  }
  say('Installing dependencies (npm ci) …');
  // npm's own pause between tries is 10 s and then 60 s, during which a machine without network says nothing.
  const patience = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
  const { code, output, seconds } = await runNpm([
    'ci',
    '--include=dev',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...patience,
  ]);
  if (code !== 0) throw new SetUpProblem(explainNpm(code, output));
  writeFileSync(stampFile, wantedStamp());
  say(`Installed in ${seconds.toFixed(0)} s.`);
}

function isLink(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function wantedStamp() {
  const lock = createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .digest('hex');
  return `${lock} node-${process.versions.node.split('.')[0]} ${process.platform}-${process.arch}\n`;
}

/**
 * Somebody who ran `npm ci` himself need not wait for a second one: npm leaves in `node_modules` the list of what it installed.
 * Packages for other systems are optional and are not in it.
 */
function isInstalledByHand() {
  const installed = readText(inRoot('node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  const wanted = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(installed).packages;
  const same = Object.entries(present).every(([path, found]) => wanted[path]?.version === found.version);
  const whole = Object.entries(wanted).every(
    ([path, { optional }]) => path === '' || optional === true || path in present,
  );
  return same && whole;
}

/** One sentence with the mend for the ways in which `npm ci` fails; npm's own last lines go before it. */
function explainNpm(code, output) {
  const mend = mends.find(({ when }) => when.test(output));
  const noise = /complete log of this run|^npm (error|ERR!)\s*$|^npm (error|ERR!)\s+at /;
  const lines = output.split('\n').filter(line => /^npm (error|ERR!)/.test(line) && !noise.test(line));
  const said = lines.slice(0, 4).join('\n');
  const sentence =
    code === 127
      ? 'The dependencies were not installed: npm is not on the PATH. Install Node with npm, then run this again.'
      : `The dependencies were not installed: ${mend?.say ?? `npm ci ended with code ${code}; run it by hand to see more`}.`;
  return said === '' ? sentence : `${said}\n${sentence}`;
}

const mends = [
  { when: /EBADENGINE/, say: `Node ${process.versions.node} is not one that they support; use Node 20.19 or newer` },
  {
    when: /ENOTFOUND|EAI_AGAIN|ENETUNREACH|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network/i,
    say: 'the package registry cannot be reached. Look at the network, at a proxy (HTTPS_PROXY) and at `npm config get registry`, then run this again',
  },
  {
    when: /UNABLE_TO_|SELF_SIGNED_CERT|CERT_/,
    say: "the package registry's certificate is not trusted here. Give the authority's file in NODE_EXTRA_CA_CERTS or `npm config set cafile FILE`",
  },
  {
    when: /\bE40[134]\b/,
    say: 'the package registry refuses or does not have a package. Look at `npm config get registry` and its login',
  },
  {
    when: /EUSAGE|in sync/,
    say: 'package.json and package-lock.json do not fit together. Run `npm install` once and keep both files',
  },
  { when: /ENOSPC/, say: 'the disk is full. Make room (about 500 MB), then run this again' },
  { when: /EACCES|EPERM/, say: 'this user may not write here. Look at who owns the folder and `node_modules`' },
];

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
