import type * as z from 'zod';
import type { linkWire } from './wire.ts';

/** The identifier that a ResourceLink points at; where it has none, the last segment of its address. */
export function linkedId(link: z.output<typeof linkWire> | null | undefined): string {
  return link?.identifier ?? link?.href?.split('/').at(-1) ?? '';
}
