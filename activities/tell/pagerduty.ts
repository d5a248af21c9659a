import type { Target } from '../../actions/target.ts';
import { hashOf, type Message } from './message.ts';
import type { NotTold } from './not-told.ts';
import { post } from './post.ts';
import { cut, factsOf, isLive, sentenceOf, titleOf } from './words.ts';

/** Events API v2 (developer.pagerduty.com/docs/events-api-v2). In the EU it is events.eu.pagerduty.com. */
const vendor = 'https://events.pagerduty.com';
const path = '/v2/enqueue';

export async function tellPagerDuty(
  { routingKey, url = vendor }: Extract<Target, { kind: 'pagerduty' }>,
  message: Message,
  signal: AbortSignal,
): Promise<NotTold | undefined> {
  const key = await routingKey();
  const address = url.endsWith(path) ? url : url.replace(/\/+$/, '') + path;
  for (const event of pagerDutyEvents(message)) {
    const body = JSON.stringify({ routing_key: key, ...event });
    const problem = await post({ url: address, body, secrets: [key], signal });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

type PagerDutyEvent = { readonly event_action: 'trigger' | 'resolve'; readonly dedup_key: string };

/**
 * A topic is one incident, however often it is told, and ends when it is over. The end of a run ends the incident of its start;
 * that it went well opens none.
 */
function pagerDutyEvents(message: Message): readonly PagerDutyEvent[] {
  const { event, over, topic, thread } = message;
  const started = resolve(`${thread}/started/`);
  if (over === true) return [resolve(topic)];
  if (event === 'finished') return [started];
  return event === 'failed' ? [trigger(message), started] : [trigger(message)];
}

const resolve = (topic: string): PagerDutyEvent => ({ event_action: 'resolve', dedup_key: keyOf(topic) });

function trigger(message: Message): PagerDutyEvent {
  const { topic, run, runbook, mode, event, at, text, url } = message;
  return {
    event_action: 'trigger',
    dedup_key: keyOf(topic),
    ...{
      client: 'drillbook',
      ...(url === undefined ? {} : { client_url: url, links: [{ href: url, text: 'Open the run' }] }),
      payload: {
        summary: cut(`${titleOf(message)}: ${text}`, 1_024),
        source: run ?? (runbook === '' ? 'drillbook' : runbook),
        severity: severityOf(message),
        timestamp: new Date(at).toISOString(),
        ...{ component: runbook, group: mode, class: event },
        custom_details: { ...Object.fromEntries(factsOf(message)), What: sentenceOf(message) },
      },
    },
  };
}

/** 255 characters is what PagerDuty takes. */
const keyOf = (topic: string): string => (topic.length <= 240 ? `drillbook/${topic}` : `drillbook/${hashOf([topic])}`);

function severityOf(message: Message): 'critical' | 'error' | 'warning' | 'info' {
  const live = isLive(message);
  switch (message.event) {
    case 'held':
    case 'lost-run':
      return live ? 'critical' : 'error';
    case 'waiting':
    case 'failed':
    case 'stuck':
    case 'refused-trigger':
    case 'overtime':
    case 'breach-forecast':
      return live ? 'critical' : 'warning';
    case 'break-glass':
    case 'overdue':
    case 'not-started':
    case 'lease-acted':
    case 'config-changed':
      return 'warning';
    case 'started':
    case 'notify':
      return live ? 'warning' : 'info';
    case 'finished':
    case 'test':
      return 'info';
  }
}
