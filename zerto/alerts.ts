import * as z from 'zod';
import type { Caller } from './caller.ts';
import { linkedId } from './links.ts';
import { segment } from './paths.ts';
import { fits, get, isWithin } from './reading.ts';
import type { Call, EffectCall } from './types.ts';
import { wordsWire } from './wire.ts';
import { alertWire } from './wire-evidence.ts';
import { type Raw, wireProjected } from './wire-value.ts';

export interface Alert {
  readonly id: string;
  /** `Warning`, `Error`. */
  readonly level: string;
  /** What it is about: `Vpg`. */
  readonly entity: string;
  /** `VPG0010`. */
  readonly help: string;
  readonly description: string;
  /** ISO 8601; undefined where the ZVM does not tell. */
  readonly turnedOn: string | undefined;
  readonly dismissed: boolean;
  readonly siteId: string;
  readonly vpgIds: readonly string[];
  readonly zorgIds: readonly string[];
  readonly raw: Raw;
}

/** All conditions must hold. Times: ISO 8601. */
export interface AlertFilter {
  readonly from?: string;
  readonly to?: string;
  readonly vpgId?: string;
  readonly zorgId?: string;
  readonly siteId?: string;
  readonly level?: string;
  readonly entity?: string;
  readonly help?: string;
  readonly dismissed?: boolean;
}

export interface Alerts {
  /** Filters are applied by the client as well as sent, since a ZVM ignores parameters that it does not know. */
  list(filter?: AlertFilter, call?: Call): Promise<Alert[]>;
  get(id: string, call?: Call): Promise<Alert>;
  dismiss(id: string, call: EffectCall): Promise<void>;
  undismiss(id: string, call: EffectCall): Promise<void>;
  /** The ZVM's own lists of words. */
  levels(call?: Call): Promise<string[]>;
  entities(call?: Call): Promise<string[]>;
  helpIdentifiers(call?: Call): Promise<string[]>;
}

export function createAlerts(caller: Caller): Alerts {
  const turn = (id: string, what: 'dismiss' | 'undismiss', { signal, notAfter }: EffectCall) =>
    caller.send({ method: 'POST', path: `alerts/${segment(id)}/${what}`, signal, notAfter });
  const words = (list: string) => (call?: Call) => caller.read(get(`alerts/${list}`, call), wordsWire);
  return {
    list: (filter, call) => listAlerts(caller, filter, call),
    get: (id, call) => caller.read(get(`alerts/${segment(id)}`, call), alert),
    dismiss: (id, call) => turn(id, 'dismiss', call),
    undismiss: (id, call) => turn(id, 'undismiss', call),
    levels: words('levels'),
    entities: words('entities'),
    helpIdentifiers: words('helpidentifiers'),
  };
}

async function listAlerts(caller: Caller, filter: AlertFilter = {}, call?: Call): Promise<Alert[]> {
  const query = {
    startDate: filter.from,
    endDate: filter.to,
    vpgIdentifier: filter.vpgId,
    zorgIdentifier: filter.zorgId,
    siteIdentifier: filter.siteId,
    level: filter.level,
    entity: filter.entity,
    helpIdentifier: filter.help,
    isDismissed: filter.dismissed?.toString(),
  };
  const alerts = await caller.read(get('alerts', call, query), z.array(alert));
  return alerts.filter(
    each =>
      isWithin(each.turnedOn, filter.from, filter.to) &&
      (filter.vpgId === undefined || each.vpgIds.includes(filter.vpgId)) &&
      (filter.zorgId === undefined || each.zorgIds.includes(filter.zorgId)) &&
      fits(each.siteId, filter.siteId) &&
      fits(each.level, filter.level) &&
      fits(each.entity, filter.entity) &&
      fits(each.help, filter.help) &&
      (filter.dismissed === undefined || each.dismissed === filter.dismissed),
  );
}

const alert = wireProjected(
  alertWire,
  (wire, raw): Alert => ({
    id: linkedId(wire.Link),
    level: wire.Level,
    entity: wire.Entity,
    help: wire.HelpIdentifier,
    description: wire.Description,
    turnedOn: wire.TurnedOn,
    dismissed: wire.IsDismissed ?? false,
    siteId: linkedId(wire.Site),
    vpgIds: wire.AffectedVpgs.map(linkedId),
    zorgIds: wire.AffectedZorgs.map(linkedId),
    raw,
  }),
);
