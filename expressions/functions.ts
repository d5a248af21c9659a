import { bool, duration, dyn, type ExprType, listOf, number, string } from './types.ts';

/** A function that authors may call; everything that is not in these tables is refused, `matches()` above all. */
export interface Signature {
  /** Kinds that the receiver of a method may have. */
  readonly on?: readonly ExprType['kind'][];
  /** Kinds of each argument; those from `optional` on may be left out. */
  readonly args: readonly (readonly ExprType['kind'][])[];
  readonly optional?: number;
  readonly gives: ExprType;
}

export const functions: Readonly<Record<string, Signature>> = {
  size: { args: [['string', 'list', 'map', 'object']], gives: number },
  string: { args: [['string', 'number', 'bool', 'duration']], gives: string },
  int: { args: [['string', 'number']], gives: number },
  double: { args: [['string', 'number']], gives: number },
  bool: { args: [['string', 'bool']], gives: bool },
  duration: { args: [['string']], gives: duration },
};

const text = { on: ['string'] } as const;
export const methods: Readonly<Record<string, Signature>> = {
  size: { on: ['string', 'list', 'map', 'object'], args: [], gives: number },
  startsWith: { ...text, args: [['string']], gives: bool },
  endsWith: { ...text, args: [['string']], gives: bool },
  contains: { ...text, args: [['string']], gives: bool },
  lowerAscii: { ...text, args: [], gives: string },
  upperAscii: { ...text, args: [], gives: string },
  trim: { ...text, args: [], gives: string },
  split: { ...text, args: [['string']], gives: listOf(string) },
  indexOf: { ...text, args: [['string'], ['number']], optional: 1, gives: number },
  lastIndexOf: { ...text, args: [['string'], ['number']], optional: 1, gives: number },
  substring: { ...text, args: [['number'], ['number']], optional: 1, gives: string },
  join: { on: ['list'], args: [['string']], optional: 0, gives: string },
  getHours: { on: ['duration'], args: [], gives: number },
  getMinutes: { on: ['duration'], args: [], gives: number },
  getSeconds: { on: ['duration'], args: [], gives: number },
  getMilliseconds: { on: ['duration'], args: [], gives: number },
};

/** Methods of a list that bind a name: how many arguments, what they give. */
export const macros: Readonly<Record<string, { readonly args: readonly number[]; readonly gives: ExprType }>> = {
  all: { args: [2], gives: bool },
  exists: { args: [2], gives: bool },
  exists_one: { args: [2], gives: bool },
  filter: { args: [2], gives: listOf(dyn) },
  map: { args: [2, 3], gives: listOf(dyn) },
};

/** CEL functions that exist and are left out, and why. */
export const refused: Readonly<Record<string, string>> = {
  matches: 'matches() is refused: a pattern can take for ever; use contains(), startsWith() or ==',
  timestamp: 'timestamp() is not part of drillbook’s expressions',
  dyn: 'dyn() is refused: expressions are typed',
  type: 'type() is refused: expressions are typed',
};
