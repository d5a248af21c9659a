import * as z from 'zod';
import type { Caller } from './caller.ts';
import { linkedId } from './links.ts';
import type { Alert, Call } from './types.ts';
import { alertWire } from './wire.ts';

export async function readAlerts(
  caller: Caller,
  { vpgId }: { readonly vpgId?: string },
  { signal }: Call = {},
): Promise<Alert[]> {
  const wire = await caller.read(
    { method: 'GET', path: 'alerts', query: { vpgIdentifier: vpgId }, signal },
    z.array(alertWire),
  );
  return wire
    .map(alert => ({
      level: alert.Level,
      help: alert.HelpIdentifier,
      description: alert.Description,
      dismissed: alert.IsDismissed ?? false,
      vpgIds: alert.AffectedVpgs.map(linkedId),
    }))
    .filter(alert => vpgId === undefined || alert.vpgIds.includes(vpgId));
}
