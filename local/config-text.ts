import { stringify } from 'yaml';
import type { StackSite } from './simulator-line.ts';

/** The secret's name in drillbook.yaml, and of its file. */
export function secretNameOf(site: Pick<StackSite, 'name'>): string {
  return `${site.name}-password`;
}

/** What a webhook of the shipped runbooks is signed with. */
export const triggerSecret = 'pagerduty';

/**
 * drillbook.yaml for simulated sites: what a runbook of the demo names. `secretFiles` gives by secret name the file with its
 * value, which itself never stands in the text: the sites' passwords and the trigger's. `staff`: who else is there, and what is told.
 */
export function writeConfigText(
  sites: readonly StackSite[],
  secretFiles: Readonly<Record<string, string>>,
  staff: Staff = {},
): string {
  const text = stringify(
    {
      apiVersion: 'drillbook-config/v1',
      secrets: Object.fromEntries(Object.entries(secretFiles).map(([name, file]) => [name, { file }])),
      sites: Object.fromEntries(sites.map(site => [site.name, describeSite(site, sites)])),
      probes: Object.assign({}, ...sites.map(describeProbes)) as Record<string, unknown>,
      people: { ...people, ...staff.people },
      groups: { ...groups, ...staff.groups },
      triggers: {
        pagerduty: { kind: 'pagerduty', secret: triggerSecret, may: [{ runbooks: ['payments'], modes: ['failover'] }] },
      },
      targets: { 'dr-drills': { file: { path: 'notifications.jsonl' } } },
      ...(staff.notifications === undefined ? {} : { notifications: staff.notifications }),
      calendars,
      // Any file runs: there is nothing live to lose.
      policy: { 'live-needs': { published: false } },
      identity: { unverified: 'allow' },
    },
    { lineWidth: 0 },
  );
  return `# Made by drillbook for its simulated sites; made anew at every start.\n${text}`;
}

export interface Staff {
  readonly people?: Readonly<Record<string, { readonly name: string; readonly email: string }>>;
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly notifications?: readonly Readonly<Record<string, readonly string[]>>[];
}

function describeSite(site: StackSite, all: readonly StackSite[]): Record<string, unknown> {
  const peer = all.length === 2 ? all.find(other => other.name !== site.name) : undefined;
  return {
    url: site.url,
    'zerto-name': site.zertoName,
    generation: site.generation,
    account: { kind: accountKinds[site.generation], username: site.username, password: secretNameOf(site) },
    tls: { ca: site.ca },
    ...(peer === undefined ? {} : { peer: peer.name }),
    'test-networks': site.testNetworks,
    // There is nobody to spare.
    'requests-per-second': 1000,
  };
}

const accountKinds = { windows: 'windows', appliance: 'password' } as const;

/** `site-b` gives `bubble-b`, which looks from inside its test networks, and `lan-b`. */
function describeProbes({ name, doors }: StackSite): Record<string, unknown> {
  const letter = name.replace(/^site-/, '');
  return { [`bubble-${letter}`]: { proxy: doors.bubble }, [`lan-${letter}`]: { proxy: doors.lan } };
}

/** Of the shipped runbooks' schedules: the next one is always to come. */
const calendars = {
  'year-end-freeze': { 'time-zone': 'Europe/London', cron: '0 0 15 12 *', lasts: '22d' },
};

const people = {
  ana: { name: 'Ana Ruiz', email: 'ana@example.com' },
  bo: { name: 'Bo Lind', email: 'bo@example.com' },
  cem: { name: 'Cem Ak', email: 'cem@example.com' },
};

const groups = {
  'dr-managers': ['ana', 'bo'],
  'dr-duty': ['cem'],
  'dr-office': ['cem'],
  'change-board': ['ana', 'bo'],
  'team-payments': ['bo', 'cem'],
};

/** Of `drillbook dev` and `demo`: two are left to vote where one of the managers starts a failover, and its run pages somebody. */
export const devStaff: Staff = {
  people: { dan: { name: 'Dan Voss', email: 'dan@example.com' } },
  groups: { 'dr-managers': [...groups['dr-managers'], 'dan'] },
  notifications: [
    {
      events: ['waiting', 'held', 'breach-forecast', 'failed', 'finished'],
      modes: ['failover', 'move'],
      to: ['dr-drills'],
    },
  ],
};
