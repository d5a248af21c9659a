import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where something that came in is held against a secret, and by what. */
const places: Readonly<Record<string, RegExp>> = {
  'console/hooks/verify.ts': /\btimingSafeEqual\(/,
  'console/codec-server.ts': /\btimingSafeEqual\(/,
  'control/access/token-hash.ts': /\btimingSafeEqual\(/,
  'console/identity/known-token.ts': /\bisSame\(/,
  'console/identity/sessions.ts': /\bisSame\(/,
  'console/identity/oidc-login.ts': /\bisSame\(/,
  'console/security/same-origin.ts': /\bisSame\(/,
};

/** What no secret is: a constant, a length, a property that tells a kind, the address of a page. */
const harmless = /^(undefined|null|true|false|-?\d[\d_]*|'[^']*'|\w+\.length|typeof [\w.]+|origin)$/;

/** Equalities between two things that may both be secret. Pure. */
function suspects(source: string): readonly string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const equal = [...code.matchAll(/(typeof [\w.?]+|[\w.?]+(?:\([^()]*\))?)\s*[!=]==?\s*('[^']*'|[\w.?]+)/g)];
  const pairs = equal.flatMap(([all, left = '', right = '']) =>
    harmless.test(left) || harmless.test(right) ? [] : [all],
  );
  const others = [...code.matchAll(/\.(?:equals|compare|localeCompare|startsWith|endsWith)\((?!'|version\))[^)]*\)/g)];
  return [...pairs, ...others.map(([all]) => all)];
}

describe('what is compared with a secret takes the same time for every wrong one', () => {
  it.each(Object.entries(places))('%s', (file, by) => {
    const source = readFileSync(join(root, file), 'utf8');
    expect(source).toMatch(by);
    expect(suspects(source)).toEqual([]);
  });

  it('a comparison that ends at the first difference would be found', () => {
    const verify = readFileSync(join(root, 'console/hooks/verify.ts'), 'utf8');
    const mutants = ['wanted(secret) === each', 'given === wanted', 'each.equals(own)', 'a.digest() == b'];
    const safe = 'timingSafeEqual(digest(wanted(secret)), digest(each))';
    expect(verify).toContain(safe);
    for (const mutant of mutants) expect([mutant, suspects(verify.replace(safe, mutant)).length]).toEqual([mutant, 1]);
  });
});
