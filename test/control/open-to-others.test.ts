import { expect, test } from 'vitest';
import { isOpenToOthers } from '../../control/config/open-to-others.ts';

test.each([
  ['our own, for us alone', 0o600, 1000, false],
  ['our own, for our group too', 0o640, 1000, true],
  ['our own, for all', 0o604, 1000, true],
  ['root’s, for a group that is ours (systemd, Kubernetes)', 0o440, 0, false],
  ['root’s, for all', 0o444, 0, true],
])('a secret’s file: %s', (_, mode, uid, open) => {
  expect(isOpenToOthers({ mode, uid }, 1000)).toBe(open);
});

test('Windows has no such bits', () => {
  const { getuid } = process;
  try {
    delete process.getuid;
    expect(isOpenToOthers({ mode: 0o666, uid: 0 })).toBe(false);
  } finally {
    if (getuid !== undefined) process.getuid = getuid;
  }
});
