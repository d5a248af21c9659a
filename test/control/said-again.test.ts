import { ServiceError } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { saidAgain } from '../../control/said-again.ts';

const failed = (code: number, details: string): ServiceError =>
  new ServiceError('Workflow Update failed', { cause: Object.assign(new Error(details), { code, details }) });
const dropped = failed(9, 'Unable to perform workflow execution update due to unexpected workflow task failure.');

function server(...answers: readonly unknown[]) {
  const left = [...answers];
  let sent = 0;
  const send = (): Promise<unknown> => {
    sent++;
    const next = left.length > 1 ? left.shift() : left[0];
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  return { send, sent: () => sent };
}
const now = () => Promise.resolve();

describe('a vote was lost with an error of the transport, as its run went on with a new history at that moment', () => {
  test('it is said again', async () => {
    const { send, sent } = server(dropped, dropped, 'counted');
    expect(await saidAgain(send, now)).toBe('counted');
    expect(sent()).toBe(3);
  });

  test('not for ever, and nothing else is', async () => {
    const always = server(dropped);
    await expect(saidAgain(always.send, now)).rejects.toBe(dropped);
    expect(always.sent()).toBe(5);
    for (const other of [
      failed(9, 'closed'),
      failed(14, 'workflow task failure'),
      new Error('workflow task failure'),
    ]) {
      const once = server(other);
      await expect(saidAgain(once.send, now)).rejects.toBe(other);
      expect(once.sent()).toBe(1);
    }
  });
});
