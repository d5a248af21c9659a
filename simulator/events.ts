import { randomUUID } from 'node:crypto';
import type { ZvmEvent } from './records.ts';
import type { World } from './state.ts';

const remembered = 5000;

/** Keeps what happened; the oldest are forgotten. */
export function recordEvent(
  world: World,
  event: Omit<ZvmEvent, 'id' | 'category' | 'entity' | 'alertId'> & {
    readonly category?: ZvmEvent['category'];
    readonly entity?: ZvmEvent['entity'];
    readonly alertId?: string;
  },
): void {
  const { category = 'Events', entity = 'VPG', alertId } = event;
  world.events.push({ ...event, id: randomUUID(), category, entity, alertId });
  if (world.events.length > remembered) world.events.shift();
}
