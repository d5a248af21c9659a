import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './problem.mjs';

const heartbeatMs = 2_000;
// A process number says nothing in another container or after a reboot, so a lock that nobody refreshes is stale too.
const silentMs = 60_000;

/**
 * Runs `work` while no other process holds the lock file. Waits for a living holder, takes over from a dead one.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  while (!take(file)) {
    const holder = readHolder(file);
    if (isStale(holder)) {
      removeStale(file);
      continue;
    }
    if (!told && holder !== undefined) {
      say(`Another drillbook is setting up (process ${holder.pid}); waiting for it …`);
      told = true;
    }
    await sleep(100);
  }
  const heartbeat = setInterval(() => touch(file), heartbeatMs);
  const letGo = () => rmSync(file, { force: true });
  process.once('exit', letGo);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.removeListener('exit', letGo);
    letGo();
  }
}

function take(file) {
  try {
    writeFileSync(file, JSON.stringify({ pid: process.pid, host: hostname() }), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Nothing when the lock is free by now; `pid` 0 while its holder is still writing its name. */
function readHolder(file) {
  try {
    const silent = Date.now() - statSync(file).mtimeMs;
    const text = readFileSync(file, 'utf8');
    return text === '' ? { pid: 0, host: '', silent } : { ...JSON.parse(text), silent };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) return { pid: 0, host: '', silent: 0 };
    throw error;
  }
}

function isStale(holder) {
  if (holder === undefined) return false;
  if (holder.silent > silentMs) return true;
  return holder.pid !== 0 && holder.host === hostname() && !isAlive(holder.pid);
}

/** Of two processes that see the same stale lock only one may remove it, or the second removes the first one's fresh lock. */
function removeStale(file) {
  const guard = `${file}.taking-over`;
  try {
    mkdirSync(guard);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (Date.now() - statSync(guard, { throwIfNoEntry: false })?.mtimeMs > silentMs)
      rmSync(guard, { recursive: true, force: true });
    return;
  }
  try {
    if (isStale(readHolder(file))) rmSync(file, { force: true });
  } finally {
    rmdirSync(guard);
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Somebody removed it by hand: the work goes on, and its end has nothing to remove.
  }
}
