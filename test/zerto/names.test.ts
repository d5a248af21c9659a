import { expect, test } from 'vitest';
import { NameAmbiguous, NameNotFound, pickByName } from '../../zerto/names.ts';

const vpgs = ['Payments-DB', 'Payments-App', 'Ledger', 'Ledger'].map((name, id) => ({ id, name }));

test('picks the one exact name', () => {
  expect(pickByName(vpgs, 'Payments-App', 'VPG')).toEqual({ id: 1, name: 'Payments-App' });
});

test('another case is another name, offered first', () => {
  expect(() => pickByName(vpgs, 'payments-db', 'VPG')).toThrow(
    new NameNotFound('VPG', 'payments-db', ['Payments-DB'], ['Ledger']).message,
  );
  expect(() => pickByName(vpgs, 'Paymnets-DB', 'VPG')).toThrow('did you mean "Payments-DB"');
});

test('nothing near is not guessed at', () => {
  expect(() => pickByName(vpgs, 'zzz', 'VPG')).toThrow('There is no VPG "zzz" among the 4 that the ZVM lists.');
  expect(() => pickByName([], 'zzz', 'VPG')).toThrow('lists none at all');
});

test('two of the same name are refused', () => {
  expect(() => pickByName(vpgs, 'Ledger', 'VPG')).toThrow(NameAmbiguous);
});
