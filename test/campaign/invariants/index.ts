import type { Broken, Invariant, SeedFacts } from '../facts.ts';
import { apart } from './apart.ts';
import { approved } from './approved.ts';
import { atRest } from './at-rest.ts';
import { drills } from './drills.ts';
import { liveWord } from './live-word.ts';
import { once } from './once.ts';
import { openTests } from './open-tests.ts';
import { report } from './report.ts';
import { settings } from './settings.ts';
import { strangers } from './strangers.ts';

const invariants: readonly Invariant[] = [
  once,
  apart,
  openTests,
  liveWord,
  approved,
  drills,
  report,
  settings,
  strangers,
  atRest,
];

/** All that is broken of a seed. */
export function judge(facts: SeedFacts): readonly Broken[] {
  const { run, beside } = facts;
  const both = beside === undefined ? [facts] : [facts, { ...facts, run: beside, beside: run }];
  const found = both.flatMap(each => invariants.flatMap(invariant => invariant(each)));
  return [...new Map(found.map(each => [`${each.invariant}: ${each.text}`, each])).values()];
}
