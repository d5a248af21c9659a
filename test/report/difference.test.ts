import { describe, expect, it } from 'vitest';
import { differenceOf } from '../../report/difference.ts';
import { renderHtml } from '../../report/html.ts';
import { renderText } from '../../report/text.ts';
import { elementsOf, sectionOf, textOf } from './page.ts';
import { passedDrill, step } from './sample.ts';

const changes = [
  { path: 'networks.test', before: 'B-Bubble-120', after: 'B-Bubble-130' },
  { path: 'vms[crm-web-01]', before: '', after: 'protected\n\u001b[2J' },
];
const journal = {
  ...passedDrill(),
  steps: [
    step('crm', 0, 1, { uses: 'zerto/edit-vpg', outputs: { changed: true, difference: changes } }),
    step('again', 1, 1, { outputs: { changed: false, difference: [] } }),
  ],
};

describe('the difference that a step made', () => {
  it('is an open table in its row of the page', () => {
    const page = renderHtml(journal);
    const row = sectionOf(page, 'steps').split('<details>', 1)[0] ?? '';
    expect(elementsOf(page).filter(name => name === 'details')).not.toHaveLength(0);
    expect(textOf(row)).toContain(
      '2 differences What Before After networks.test B-Bubble-120 B-Bubble-130 vms[crm-web-01] – protected ␛[2J',
    );
    expect(page.match(/Differences of/g)).toHaveLength(1);
  });

  it('is a line each in the text', () => {
    expect(renderText(journal)).toMatch(
      /\n {2}crm: networks\.test {2}B-Bubble-120 → B-Bubble-130\n {2}crm: vms\[crm-web-01\] {2}– → protected ␛\[2J\n$/,
    );
  });

  it.each([[undefined], ['text'], [[1]], [[null]], [[{ path: 'a', before: 1, after: 'b' }]]])(
    'is none where the output is something else: %j',
    difference => {
      expect(differenceOf({ outputs: { difference } })).toEqual([]);
    },
  );
});
