// Stands in for the command line in the tests of `local/`: `node local-entry.mjs COMMAND …` behaves as the command says.
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const [command, ...args] = process.argv.slice(2);
const stayAlive = () => setInterval(() => undefined, 1_000);

const commands = {
  line() {
    console.log('starting');
    console.log('ready on 127.0.0.1:1');
    console.log('after');
    stayAlive();
  },
  worker() {
    process.on('SIGTERM', () => {
      console.log(`signed out, ${process.env.TEMPORAL_ADDRESS}`);
      process.exit(0);
    });
    stayAlive();
    process.send({ kind: 'ready' });
  },
  stubborn() {
    process.on('SIGTERM', () => console.log('no'));
    stayAlive();
    process.send({ kind: 'ready' });
  },
  fails() {
    console.error('This command cannot work: no configuration.');
    process.exit(1);
  },
  silent: stayAlive,
  async simulator() {
    const { startSimulator } = await import('../../dist/simulator/server.js');
    const { healthy } = await import('../../dist/simulator/scenarios/healthy.js');
    const { writeSimulatorLine } = await import('../../dist/local/simulator-line.js');
    const dir = join(process.env.LOCAL_ENTRY_DIR, 'simulator');
    mkdirSync(dir, { recursive: true });
    const simulator = await startSimulator({ dir });
    console.log(writeSimulatorLine(simulator, healthy()));
    process.on('SIGTERM', () => {
      appendFileSync(join(dir, 'end.log'), 'simulator ended\n');
      void simulator.close().then(() => process.exit(0));
    });
  },
};
await commands[command](...args);
