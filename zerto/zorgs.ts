import * as z from 'zod';
import type { Caller } from './caller.ts';
import { linkedId } from './links.ts';
import { segment } from './paths.ts';
import { get } from './reading.ts';
import type { Call, Named } from './types.ts';
import { zorgWire } from './wire-sites.ts';
import { type Raw, wireProjected } from './wire-value.ts';

/** An organisation that a cloud provider keeps apart. */
export interface Zorg extends Named {
  readonly raw: Raw;
}

export interface Zorgs {
  list(call?: Call): Promise<Zorg[]>;
  get(id: string, call?: Call): Promise<Zorg>;
}

export function createZorgs(caller: Caller): Zorgs {
  return {
    list: call => caller.read(get('zorgs', call), z.array(zorg)),
    get: (id, call) => caller.read(get(`zorgs/${segment(id)}`, call), zorg),
  };
}

const zorg = wireProjected(
  zorgWire,
  (wire, raw): Zorg => ({ id: wire.ZorgIdentifier ?? linkedId(wire.Link), name: wire.ZorgName, raw }),
);
