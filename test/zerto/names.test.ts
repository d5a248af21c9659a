import { expect, test } from 'vitest';
import { lookingUp, NameAmbiguous, NameNotFound, pickByName } from '../../zerto/names.ts';

const vpgs = ['Payments-DB', 'Payments-App', 'Ledger', 'Ledger'].map((name, id) => ({ id, name }));

test('picks the one exact name', () => {
  expect(pickByName(vpgs, 'Payments-App', 'VPG')).toEqual({ id: 1, name: 'Payments-App' });
});

test('another case is another name, offered first', () => {
  expect(() => pickByName(vpgs, 'payments-db', 'VPG')).toThrow('did you mean "Payments-DB"');
  expect(() => pickByName(vpgs, 'Paymnets-DB', 'VPG')).toThrow('did you mean "Payments-DB"');
});

test('nothing near is not guessed at', () => {
  expect(() => pickByName(vpgs, 'zzz', 'VPG')).toThrow(
    'There is no VPG "zzz" among the 4 that the ZVM lists. These are',
  );
  expect(() => pickByName([], 'zzz', 'VPG')).toThrow('lists none at all');
});

test('two of the same name are refused', () => {
  expect(() => pickByName(vpgs, 'Ledger', 'VPG')).toThrow(NameAmbiguous);
});

const lookup = { site: 'site-b', operation: 'GET vpgs' };
const many = Array.from({ length: 12 }, (_, n) => ({ id: `v${n}`, name: `app-${String(n + 10)}` }));

test('an error says the site, the operation and the candidates, the near ones first', () => {
  expect(() => pickByName(vpgs, 'Paymnets-DB', 'VPG', lookup)).toThrow(
    'There is no VPG "Paymnets-DB"; did you mean "Payments-DB"? Of site "site-b" (GET vpgs): Payments-DB, Ledger, Payments-App.',
  );
  expect(() => pickByName(many, 'zzz-zzz', 'VPG', lookup)).toThrow(
    'There is no VPG "zzz-zzz" among the 12 that site "site-b" lists (GET vpgs). ' +
      'These are: app-10, app-11, app-12, app-13, app-14, app-15, app-16, app-17 and 4 more.',
  );
  expect(() => pickByName(many, 'app-2x', 'VPG', lookup)).toThrow(
    ': app-20, app-21, app-10, app-11, app-12, app-13, app-14, app-15 and 4 more.',
  );
  expect(() => pickByName([], 'zzz', 'VPG', lookup)).toThrow('site "site-b" lists none at all (GET vpgs)');
  expect(() => pickByName(vpgs, 'Ledger', 'VPG', lookup)).toThrow('at site "site-b" (GET vpgs)');
});

test('a name that was looked for without saying where is told with the place', async () => {
  const look = (items: readonly { readonly name: string }[], told?: typeof lookup) =>
    lookingUp(
      'site-b',
      what => `GET ${what}s`,
      () => Promise.resolve().then(() => pickByName(items, 'Ledger', 'VPG', told)),
    );
  await expect(look([])).rejects.toMatchObject({ name: 'NameNotFound', site: 'site-b', operation: 'GET VPGs' });
  await expect(look(vpgs)).rejects.toMatchObject({ name: 'NameAmbiguous', site: 'site-b', operation: 'GET VPGs' });
  await expect(look([], { site: 'site-a', operation: 'GET vpgs' })).rejects.toBeInstanceOf(NameNotFound);
  await expect(look([], { site: 'site-a', operation: 'GET vpgs' })).rejects.toMatchObject({ site: 'site-a' });
});
