import { type Change, orDash } from './difference.ts';
import { type Content, html, nothing } from './html-markup.ts';
import { count, renderTable } from './html-parts.ts';

/** What a step changed, a row each; nothing where it changed nothing. */
export function renderDifference(step: string, changes: readonly Change[]): Content {
  if (changes.length === 0) return nothing;
  return renderTable({
    caption: count(changes.length, 'difference'),
    name: `Differences of ${step}`,
    head: ['What', 'Before', 'After'],
    bodies: [
      html`<tbody>${changes.map(
        ({ path, before, after }) => html`<tr>
<th scope="row"><code>${path}</code></th>
<td>${orDash(before)}</td>
<td>${orDash(after)}</td>
</tr>`,
      )}</tbody>`,
    ],
  });
}
