import { expect, it } from 'vitest';
import { createAttempts } from '../../console/security/attempts.ts';

const limits = { each: 3, all: 6, windowMs: 60_000, addresses: 4 };
const start = () => {
  let now = 1_000_000;
  const attempts = createAttempts(() => now, limits);
  const fail = (address: string, times = 1): void => {
    for (let i = 0; i < times; i++) attempts.failed(address);
  };
  const pass = (ms: number): void => {
    now += ms;
  };
  return { fail, pass, wait: (address: string) => attempts.waitOf(address) };
};

it('an address waits once it was wrong too often, until the first of these is long ago', () => {
  const { fail, pass, wait } = start();
  fail('10.0.0.1', 2);
  expect(wait('10.0.0.1')).toBe(0);
  pass(20_000);
  fail('10.0.0.1');
  expect([wait('10.0.0.1'), wait('10.0.0.2')]).toEqual([40, 0]);
  pass(40_000);
  expect(wait('10.0.0.1')).toBe(0);
});

it('an IPv6 network is one', () => {
  const { fail, wait } = start();
  for (const address of ['2001:db8::1', '2001:db8:0:0:1::2', '2001:db8:0:0:ffff::3']) fail(address);
  expect([wait('2001:db8::9'), wait('2001:db8:0:1::9')]).toEqual([60, 0]);
});

it('when many are wrong, who was wrong waits, and nobody else is kept out', () => {
  const { fail, wait } = start();
  for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.3']) fail(address, 2);
  expect([wait('10.0.0.3'), wait('10.0.0.9')]).toEqual([60, 0]);
});

it('remembers no more addresses than it may', () => {
  const { fail, wait } = start();
  fail('10.0.0.1', 3);
  for (let i = 2; i < 6; i++) fail(`10.0.0.${i}`);
  expect(wait('10.0.0.1')).toBe(0);
});
