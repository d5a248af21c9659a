// Imported first by every script: on an old Node the newcomer must read this sentence, not a syntax error of a later file.
const wanted = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  console.error(
    'drillbook needs Node ' +
      wanted.join('.') +
      ' or newer, and this is Node ' +
      process.versions.node +
      ': install a newer one.',
  );
  process.exit(1);
}
