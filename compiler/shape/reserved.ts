import type { Reporter } from '../reporter.ts';
import type { Range } from '../yaml/source.ts';
import { isId } from './words.ts';

/** Names that CEL cannot read behind a dot: its own literals and `in`, and what each JavaScript object has. */
export const reserved: readonly string[] = ['true', 'false', 'null', 'in', 'constructor'];

/** Whether an id, an input, a var or an output may be called so (docs/language.md, rule 8); if not, that was reported. */
export function checkName(name: string, at: Range, reporter: Reporter): boolean {
  if (!isId(name)) reporter.report('DB2006', at, { name });
  else if (reserved.includes(name)) reporter.report('DB2030', at, { name });
  else return true;
  return false;
}
