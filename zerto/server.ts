import * as z from 'zod';
import type { Caller } from './caller.ts';
import { segment } from './paths.ts';
import { get } from './reading.ts';
import type { Call } from './types.ts';
import { apiWire } from './wire-sites.ts';
import { type Raw, wireInstant, wireProjected } from './wire-value.ts';

export interface Api {
  readonly href: string;
  readonly rel: string;
  readonly type: string;
  readonly raw: Raw;
}

export interface ClockSkew {
  /** By how much the ZVM's clock is ahead of ours, ms; negative: behind. */
  readonly aheadMs: number;
  /** Half the exchange's duration, ms: the skew is known no better than that. */
  readonly uncertainMs: number;
}

export interface Server {
  /** ISO 8601 in UTC. */
  dateTimeUtc(call?: Call): Promise<string>;
  /** The ZVM's wall clock, as ISO 8601; without a zone of its own it reads as if it were UTC. */
  dateTimeLocal(call?: Call): Promise<string>;
  /** A time as this ZVM reads it when it stands in a query, ISO 8601: whether it takes a zone for what it is. */
  readsTime(time: string, call?: Call): Promise<string>;
  clockSkew(call?: Call): Promise<ClockSkew>;
  /** All resources that the API has. Needs no session. */
  apis(call?: Call): Promise<Api[]>;
  /** The ZVM's own text about one resource (`vpgs`), as it came. Needs no session. */
  help(resource: string, call?: Call): Promise<string>;
}

export function createServer(caller: Caller, clock: () => number): Server {
  const dateTimeUtc = (call?: Call) => caller.read(get('serverDateTime/serverDateTimeUtc', call), wireInstant);
  return {
    dateTimeUtc,
    dateTimeLocal: call => caller.read(get('serverDateTime/serverDateTimeLocal', call), wireInstant),
    readsTime: (time, call) =>
      caller.read(get('serverDateTime/dateTimeArgument', call, { dateTime: time }), wireInstant),
    async clockSkew(call) {
      // A session first, or its sign-in would count as the way there.
      await dateTimeUtc(call);
      const sent = clock();
      const there = Date.parse(await dateTimeUtc(call));
      const uncertainMs = Math.max(0, clock() - sent) / 2;
      return { aheadMs: Math.round(there - sent - uncertainMs), uncertainMs };
    },
    apis: call => caller.read({ ...get('', call), anonymous: true }, z.array(api)),
    help: (resource, call) => caller.text({ ...get(`${segment(resource)}/help`, call), anonymous: true }),
  };
}

const api = wireProjected(apiWire, (wire, raw): Api => ({ href: wire.href, rel: wire.rel, type: wire.type, raw }));
