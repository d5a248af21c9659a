import { isLiveMode } from '../../actions/modes.ts';
import type { ConfigNames } from '../check/names.ts';
import { allSteps } from '../check/openings.ts';
import type { ModeStep, View } from '../check/view.ts';
import type { WebhookDraft } from '../model.ts';
import type { Reporter } from '../reporter.ts';

/** Webhooks that start more than is meant, or live runs that one person alone decides (docs/triggers.md). */
export function lintWebhooks(
  webhooks: readonly WebhookDraft[],
  views: readonly View[],
  names: ConfigNames | undefined,
  reporter: Reporter,
): void {
  for (const { name, mode, from, if: condition } of webhooks) {
    const view = views.find(v => v.mode === mode.value);
    if (view !== undefined && isLiveMode(mode.value) && mostAsked(view) < 2)
      reporter.report('DB7015', mode.at, { name, mode: mode.value });
    const kind =
      names !== undefined && Object.hasOwn(names.triggers, from.value) ? names.triggers[from.value]?.kind : '';
    const also = kind === 'alertmanager' || kind === 'pagerduty' ? tells[kind] : undefined;
    if (condition === undefined && also !== undefined) reporter.report('DB7016', from.at, { name, ...also });
  }
}

/** What these senders deliver beside what is meant. */
const tells = {
  alertmanager: { also: 'resolved alerts', condition: "payload.status == 'firing'" },
  pagerduty: {
    also: 'acknowledged and resolved incidents',
    condition: "payload.event.event_type == 'incident.triggered'",
  },
} as const;

/** Of any approval; what only the run knows may be enough. */
function mostAsked(view: View): number {
  return Math.max(0, ...[...allSteps(view)].filter(s => s.contract?.name === 'approval').map(countOf));
}

function countOf({ draft }: ModeStep): number {
  const count = draft.with?.kind === 'map' ? draft.with.entries.get('count') : undefined;
  if (count === undefined) return 1;
  return count.kind === 'lit' && typeof count.value === 'number' ? count.value : Number.POSITIVE_INFINITY;
}
