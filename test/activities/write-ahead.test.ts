import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeLines, encodeLine, foldLines, type WrittenLine, writtenId } from '../../activities/write-ahead.ts';
import { opening, over, sent } from './written-lines.ts';

const idsOf = (lines: readonly WrittenLine[]): string[] => foldLines(lines).map(({ vpg }) => vpg);

it('is open from the line before the call until it is told to be over', () => {
  expect(idsOf([opening('db', 1)])).toEqual(['db']);
  expect(idsOf([opening('db', 1), sent('db', 2)])).toEqual(['db']);
  expect(idsOf([opening('db', 1), sent('db', 2), over('db', 3)])).toEqual([]);
});

it('knows the task once it is answered, and that nothing can arrive late any more', () => {
  const [before] = foldLines([opening('db', 1)]);
  const [after] = foldLines([opening('db', 1), sent('db', 2)]);
  expect(before?.opening).toMatchObject({ lateUntil: 1_001 });
  expect(after?.opening.sent?.taskId).toBe('task-db');
  expect(after?.opening).not.toHaveProperty('lateUntil');
});

it('a second try of the same step is open, although the first is over', () => {
  expect(idsOf([opening('db', 1), over('db', 2), opening('db', 3)])).toEqual(['db']);
});

it('a commit that is on its way ends nothing by itself', () => {
  const ending: WrittenLine = { kind: 'ending', id: writtenId('run', 'db', 'db'), at: 2, how: 'zerto/commit' };
  expect(idsOf([opening('db', 1), ending])).toEqual(['db']);
});

const line = fc.tuple(
  fc.constantFrom(opening, sent, over),
  fc.constantFrom('a', 'b', 'c'),
  fc.integer({ min: 0, max: 9 }),
);
const someLines = fc.array(
  line.map(([make, vpg, at]) => make(vpg, at)),
  { maxLength: 12 },
);

it('whatever the order of the lines, which is open is told the same', () => {
  fc.assert(
    fc.property(
      someLines.chain(lines =>
        fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length, maxLength: lines.length })),
      ),
      ([lines, shuffled]) => {
        expect(idsOf(shuffled).sort()).toEqual(idsOf(lines).sort());
      },
    ),
  );
});

it('lines that were torn anywhere cost only themselves', () => {
  fc.assert(
    fc.property(someLines, fc.nat(), fc.integer({ min: 1, max: 300 }), (lines, place, bytes) => {
      const at = lines.length === 0 ? 0 : place % lines.length;
      const torn = encodeLine(opening('torn', 5)).slice(0, bytes);
      const text = [...lines.slice(0, at).map(encodeLine), torn, ...lines.slice(at).map(encodeLine)].join('');
      const read = decodeLines(text);
      const whole =
        read.length > lines.length ? [...lines.slice(0, at), opening('torn', 5), ...lines.slice(at)] : lines;
      expect(read).toEqual(whole);
    }),
  );
});

it.each(['{}', '[]', 'null', '7', '{"kind":"opening"}', '{"kind":"later","id":"x"}', '{"kind":"over","id":1,"at":2}'])(
  'what is no line of ours is left out: %s',
  text => {
    expect(decodeLines(`${encodeLine(over('a', 1))}${text}\n`)).toEqual([over('a', 1)]);
  },
);
