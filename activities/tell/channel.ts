import { endingOf } from '../outcome.ts';
import type { Target } from '../../actions/target.ts';
import { tellEmail } from './email.ts';
import { tellFile } from './file.ts';
import type { Message } from './message.ts';
import type { NotTold } from './not-told.ts';
import { tellPagerDuty } from './pagerduty.ts';
import { tellSlack } from './slack.ts';
import { tellWebhook } from './webhook.ts';

/** Tells a target once; undefined: it was told. Throws only the signal's reason. `now`: ms since 1970. */
export async function tellOnce(
  target: Target,
  message: Message,
  signal: AbortSignal,
  now: number,
): Promise<NotTold | undefined> {
  try {
    switch (target.kind) {
      case 'file':
        return await tellFile(target, message, now);
      case 'slack':
        return await tellSlack(target, message, signal);
      case 'pagerduty':
        return await tellPagerDuty(target, message, signal);
      case 'email':
        return await tellEmail(target, message, signal);
      case 'webhook':
        return await tellWebhook(target, message, signal, now);
    }
  } catch (error) {
    signal.throwIfAborted();
    // A secret that cannot be had; and what nobody foresaw must not keep others from being told.
    return { why: endingOf(error).message, again: false };
  }
}
