/** Whether Docker leaves a path out of what a build gets, by the lines of a `.dockerignore`: the last that fits the path or a folder above it. */
export function isLeftOut(lines: readonly string[], path: string): boolean {
  const parts = path.split('/');
  const above = parts.map((_, i) => parts.slice(0, i + 1).join('/'));
  let out = false;
  for (const line of lines.map(each => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const isBack = line.startsWith('!');
    const pattern = patternOf(isBack ? line.slice(1) : line);
    if (above.some(each => pattern.test(each))) out = !isBack;
  }
  return out;
}

/** Go's `filepath.Match`, and `**` for any number of folders. */
function patternOf(line: string): RegExp {
  const text = line
    .replace(/\/$/, '')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*|\?/g, found => ({ '**/': '(?:.*/)?', '*': '[^/]*', '?': '[^/]' })[found] ?? found);
  return new RegExp(`^${text}$`);
}
