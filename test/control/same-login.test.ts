import { expect, test } from 'vitest';
import { isSameLogin } from '../../control/config/same-login.ts';

test.each([
  ['oidc', 'Kim@Example.com', 'kim@example.com', true],
  ['oidc', 'KIM', 'kim', false],
  ['slack', 'U1@x', 'u1@x', false],
  // The sign of kelvin, whose small letter is k: another address.
  ['oidc', '\u212Aim@example.com', 'kim@example.com', false],
])('%s: %s and %s are one login: %s', (kind, a, b, same) => {
  expect(isSameLogin(kind, a, b)).toBe(same);
});
