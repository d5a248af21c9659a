// Stands in for npm (npm_execpath): `ci` links the real packages, fails as FAKE_NPM says, or works until it is asked to end (FAKE_NPM=slow). Each call leaves a line in npm-calls.
import { appendFileSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';

appendFileSync('npm-calls', `${process.argv[2]}\n`);
if (process.env.FAKE_NPM === 'slow') {
  process.once('SIGINT', signal => {
    appendFileSync('npm-calls', `cleaning up after ${signal}\n`);
    setTimeout(() => {
      appendFileSync('npm-calls', 'cleaned up\n');
      process.exit(1);
    }, 300);
  });
  await new Promise(resolve => setTimeout(resolve, 60_000));
}
if (process.env.FAKE_NPM !== undefined) {
  console.error(process.env.FAKE_NPM);
  process.exit(1);
}
mkdirSync('node_modules');
for (const name of readdirSync(process.env.REAL_NODE_MODULES)) {
  if (!name.startsWith('.')) symlinkSync(`${process.env.REAL_NODE_MODULES}/${name}`, `node_modules/${name}`);
}
