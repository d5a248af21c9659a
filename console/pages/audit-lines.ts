import { open } from 'node:fs/promises';
import { auditFile } from '../../control/audit.ts';
import type { AuditShown } from './audit-page.ts';

const mostBytes = 256 * 1024;
const mostLines = 300;

/** The newest lines of the audit file, the newest first. `base`: the folder of drillbook.yaml. */
export async function readAudit(base: string): Promise<readonly AuditShown[]> {
  const text = await endOf(auditFile(base));
  return text
    .split('\n')
    .flatMap(line => {
      const read = parse(line);
      return read === undefined ? [] : [read];
    })
    .slice(-mostLines)
    .reverse();
}

async function endOf(file: string): Promise<string> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return '';
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, mostBytes);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    await handle.close();
  }
}

/** Undefined: half a line, where the reading began. */
function parse(line: string): AuditShown | undefined {
  try {
    const found = JSON.parse(line) as Partial<Record<keyof AuditShown, unknown>>;
    const text = (key: keyof AuditShown): string => (typeof found[key] === 'string' ? found[key] : '');
    return {
      at: text('at'),
      person: text('person'),
      how: text('how'),
      call: text('call'),
      run: text('run'),
      step: text('step'),
      choice: text('choice'),
      reason: text('reason'),
      counted: found.counted === true,
      text: text('text'),
    };
  } catch {
    return undefined;
  }
}
