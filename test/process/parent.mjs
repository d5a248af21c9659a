// node parent.mjs COMMAND…: starts the command as `with-parent.mjs` or as a Node child with an IPC channel, tells its process ids, waits to be killed.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [kind, ...command] = process.argv.slice(2);
const script = name => fileURLToPath(new URL(`../../scripts/${name}`, import.meta.url));
const args =
  kind === 'with-parent'
    ? [script('with-parent.mjs'), ...command]
    : ['--import', script('end-with-parent.mjs'), ...command];
const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true });
child.on('message', message => console.log(JSON.stringify({ supervisor: child.pid, told: message.pid ?? 0 })));
