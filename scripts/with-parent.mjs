// node scripts/with-parent.mjs COMMAND ARGS…: runs a program that knows nothing of its parent, and ends it when the parent is gone,
// however that went (kill -9 too): the IPC channel then closes. Tells the program's process id over that channel.
import { spawn } from 'node:child_process';

const patienceMs = 5_000;
const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });

let ending = false;
const end = () => {
  if (ending) return;
  ending = true;
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), patienceMs).unref();
};
process.on('disconnect', end);
process.on('SIGTERM', end);
process.on('SIGINT', end);

child.once('spawn', () => process.send?.({ kind: 'started', pid: child.pid }, () => {}));
child.once('error', error => {
  console.error(error.message);
  process.exit(127);
});
child.once('exit', (code, signal) => process.exit(ending ? 0 : (code ?? (signal === null ? 1 : 128))));
