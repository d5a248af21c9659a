import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { graphStyle } from '../../report/graph/style.ts';

/** What the pages load, by its address; the hash in it lets browsers keep it for good. */
export interface Assets {
  readonly style: string;
  readonly script: string;
  /** Undefined: there is no such thing. */
  read(name: string): { readonly body: string; readonly type: string } | undefined;
}

/** What a page was made with: another release has other names, since they are made of what is in them. */
export const releaseOf = ({ style, script }: Pick<Assets, 'style' | 'script'>): string => `${style} ${script}`;

/** Reads them once. They lie beside the sources: the build does not copy them. */
export function loadAssets(): Assets {
  const folder = assetFolder();
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const style = `${text('page.css')}\n/* The picture of a run. */\n${graphStyle.markup}`;
  const script = text('live.js');
  const named = (name: string, ending: string, body: string): string =>
    `${name}.${createHash('sha256').update(body).digest('hex').slice(0, 12)}.${ending}`;
  const [styleName, scriptName] = [named('page', 'css', style), named('live', 'js', script)];
  const all = new Map([
    [styleName, { body: style, type: 'text/css; charset=utf-8' }],
    [scriptName, { body: script, type: 'text/javascript; charset=utf-8' }],
    ['icon.svg', { body: text('icon.svg'), type: 'image/svg+xml' }],
  ]);
  return { style: `/assets/${styleName}`, script: `/assets/${scriptName}`, read: name => all.get(name) };
}

/** This file runs from `console/pages/` in the tests and from `dist/console/pages/` elsewhere. */
function assetFolder(): string {
  for (let folder = import.meta.dirname; dirname(folder) !== folder; folder = dirname(folder)) {
    const assets = join(folder, 'console', 'assets');
    if (existsSync(join(assets, 'live.js'))) return assets;
  }
  throw new Error(`No console/assets above ${import.meta.dirname}: the installation is not whole.`);
}
