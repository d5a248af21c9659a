import { asked } from '../../compiler/diagnostics.ts';
import { parseCron } from '../../compiler/triggers/cron.ts';
import { locate } from '../../compiler/yaml/locate.ts';
import type { MapNode, Node } from '../../compiler/yaml/nodes.ts';
import type { Reporter } from '../../compiler/reporter.ts';
import { checkZone } from '../../compiler/triggers/zone.ts';
import { isDate } from './dates.ts';
import { childOf, entriesOf, isText, type Path, spellPath, type TextNode, textOf } from './nodes.ts';
import { configSchema } from './schema.ts';
import { isLoopback } from './schema/loopback.ts';
import { type Mark, marks, type RefKind } from './schema/marks.ts';
import { walk } from './walk.ts';

/** What the schema only marks: names of other sections, dates, zones, crons … Also in a file that has other mistakes. */
export function checkMarks(root: MapNode, done: ReadonlySet<Node>, reporter: Reporter): void {
  const names = namesOf(root);
  for (const [schema, node, path] of walk(configSchema, root, 'chosen')) {
    const mark = marks.get(schema);
    if (mark !== undefined && isText(node) && node.value !== '' && !done.has(node))
      check(mark, node, path, names, root, reporter);
  }
}

type Names = Readonly<Record<RefKind, ReadonlySet<string>>>;

function namesOf(root: MapNode): Names {
  const keys = (section: string): string[] => entriesOf(childOf(root, section)).map(e => e.key);
  const queues = ['sites', 'probes']
    .flatMap(section => entriesOf(childOf(root, section)))
    .map(e => textOf(e.value, 'task-queue')?.value)
    .filter(name => name !== undefined);
  return {
    secret: new Set(keys('secrets')),
    site: new Set(keys('sites')),
    target: new Set(keys('targets')),
    person: new Set(keys('people')),
    'person or group': new Set([...keys('people'), ...keys('groups')]),
    'probe or task queue': new Set([...keys('probes'), ...queues]),
  };
}

function check(mark: Mark, node: TextNode, path: Path, names: Names, root: MapNode, reporter: Reporter): void {
  const { value } = node;
  switch (mark.kind) {
    case 'ref': {
      const known = names[mark.to];
      if (known.has(value)) return;
      reporter.report('DB8004', node, { kind: mark.to, name: value, suggestion: reporter.didYouMean(value, known) });
      return;
    }
    case 'date':
      if (!isDate(value)) reporter.report('DB8014', node, { why: `"${value}" is no date` });
      else if (node.style === 'plain') reporter.report('DB8014', node, { why: 'this date must be quoted' });
      return;
    case 'cron': {
      const read = parseCron(value);
      if ('cron' in read) return;
      for (const { why, start, end } of read.problems)
        reporter.report('DB8012', locate(reporter.source.text, node, start, end), { why });
      return;
    }
    case 'time-zone': {
      const zone = checkZone(value);
      if (!zone.ok) reporter.report('DB8013', node, { name: value, suggestion: asked(zone.suggestion) });
      return;
    }
    case 'web-url':
      checkUrl(node, path, root, reporter);
      return;
    case 'runbook-pattern':
      if (!/^[A-Za-z0-9._*-]{1,100}$/.test(value)) reporter.report('DB8019', node, { pattern: value });
      return;
    case 'hash':
      return;
  }
}

function checkUrl(node: TextNode, path: Path, root: MapNode, reporter: Reporter): void {
  const url = URL.canParse(node.value) ? new URL(node.value) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol))
    reporter.report('DB8001', node, { message: `${spellPath(path)}: an https URL is wanted` });
  else if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    // An endpoint without a key has none to show: old appliances speak nothing else.
    const [section = '', name = ''] = path.map(String);
    const open = section === 'endpoints' && childOf(root, section, name, 'auth') === undefined;
    reporter.report(open ? 'DB8022' : 'DB8021', node, {});
  }
}
