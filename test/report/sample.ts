import type { Journal, JournalEntry, JournalIsolation, JournalOpening, JournalStep } from '../../report/journal.ts';

/** 2026-11-21T02:10:00Z, when the sample run starts. */
export const start = Date.UTC(2026, 10, 21, 2, 10, 0);

const vpgs = ['payments-db', 'payments-app', 'payments-web'] as const;
const checkpointTime = '2026-11-21T02:09:51.000Z';

/** `after` and `took` in ms; `after` counts from the start of the run. */
export function step(key: string, after: number, took: number, given: Partial<JournalStep> = {}): JournalStep {
  return {
    key,
    name: '',
    phase: 'main',
    uses: 'check/tcp',
    effect: 'read',
    summary: '',
    status: 'succeeded',
    required: true,
    startedAt: start + after,
    endedAt: start + after + took,
    activityAttempts: 1,
    tries: 0,
    attempts: [],
    told: [],
    error: '',
    outputs: {},
    ...given,
  };
}

function without<T extends object, K extends keyof T>(whole: T, key: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(whole).filter(([name]) => name !== key)) as Omit<T, K>;
}

/** A step without a moment of its own. */
export function waiting(key: string, status: string, given: Partial<JournalStep> = {}): JournalStep {
  return without(without(step(key, 0, 0, { status, activityAttempts: 0, ...given }), 'startedAt'), 'endedAt');
}

/** A failover test as the sample's guard recorded it. */
export function opening(vpg: string, after: number, took: number, given: Partial<JournalOpening> = {}): JournalOpening {
  return {
    step: vpg === 'payments-db' ? 'db' : `front[${vpg}]`,
    vpg,
    site: 'site-b',
    action: 'zerto/failover-test',
    openedAt: start + after,
    closedAt: start + after + took,
    state: 'closed',
    checkpoint: '167554',
    checkpointTime,
    warnings: [],
    ...given,
  };
}

/** A recovery report in Zerto's shape; `after` and `took` in ms as above, `general` overrides its fields. */
export function zertoReport(
  vpg: string,
  after: number,
  took: number,
  general: Readonly<Record<string, unknown>> = {},
): Journal['zertoReports'][number] {
  const from = new Date(start + after).toISOString();
  const to = new Date(start + after + took).toISOString();
  return {
    at: start + after + took + 2_000,
    vpg,
    report: {
      RecoveryOperationIdentifier: `b0b0b0b0-0000-4000-8000-${vpg}-${after}`,
      General: {
        VpgIdentifier: '99c460c1-a4ec-48dd-8921-bbcca9cd29b9',
        VpgName: vpg,
        RecoveryType: 'FailoverTest',
        ProtectedSiteName: 'London',
        RecoverySiteName: 'Leeds',
        StartTime: from,
        EndTime: to,
        PointInTime: checkpointTime,
        RTOInSeconds: '41',
        Status: 'Success',
        InitiatedBy: 'svc-drillbook',
        Notes: 'payments: passed',
        ...general,
      },
      RecoverySettings: {
        Vpg: { DefaultHostName: 'esx-b1', DefaultDatastoreName: 'B-DS-07', DefaultNetworkName: 'B-Bubble-130' },
        Vms: [{ VmName: `${vpg}-01`, HostName: 'esx-b1', NetworkNames: ['B-Bubble-130'] }],
        Steps: [
          {
            Description: 'Fail-over test VPG',
            Result: 'Success',
            StartTime: from,
            EndTime: new Date(start + after + 41_000).toISOString(),
            ExecutionTime: '00:00:41',
          },
        ],
      },
    },
  };
}

/** A drill of three VPGs that passed: every phase, a check that needed tries, Zerto's reports, all closed. */
export function passedDrill(): Journal {
  const steps = passedSteps();
  return {
    format: 1,
    run: {
      id: '019a9f5e-7c11-7d52-9d2a-3f6f0f6c1a20',
      name: 'payments',
      description: 'Bring payments up at site B.',
      owner: 'team-payments',
      mode: 'drill',
      site: 'site-b',
      requester: 'kay.lindqvist@example.com',
      verified: true,
      trigger: 'cli',
      reason: 'Quarterly drill',
      organisation: 'Example Bank',
      startedAt: start,
      endedAt: start + 363_400,
    },
    runbook: {
      file: 'payments.yaml',
      sha256: '5f0c5c9b2a7d6a1e4c0f8f6f1b2f3f5a9f1f6f0d3c2b1a0998877665544332211'.slice(0, 64),
      planHash: 'c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f405162738495a6b7c8d9eafb0',
      configSha256: '0011223344556677889900aabbccddeeff00112233445566778899aabbccddee',
    },
    inputs: { checkpoint: { by: 'latest', kind: 'any' } },
    verdict: 'passed',
    reasons: [],
    recoveryVerdict: 'passed',
    rto: { ms: 312_000, objectiveMs: 1_800_000, met: true },
    rpo: { ms: 15_200, objectiveMs: 300_000, met: true },
    steps,
    isolation: vpgs.map((vpg, place) => ({
      at: start + 6_000 + place * 400,
      step: place === 0 ? 'db' : `front[${vpg}]`,
      vpg,
      facts: isolationOf(vpg),
    })),
    openings: [
      opening('payments-db', 6_200, 330_000),
      opening('payments-app', 190_000, 142_000),
      opening('payments-web', 191_000, 140_500),
    ],
    zertoReports: [
      zertoReport('payments-db', 6_300, 329_000),
      zertoReport('payments-app', 190_200, 141_200),
      zertoReport('payments-web', 191_100, 139_900),
    ],
    decisions: [],
    observations: [],
    entries: entriesOf(steps),
  };
}

function isolationOf(vpg: string): readonly JournalIsolation[] {
  const why = 'stands in test-networks of site-b and is no failover network of this VPG';
  return [
    { vm: `${vpg}-01`, item: 'Network adapter 1', value: 'B-Bubble-130', isolated: true, why },
    { vm: `${vpg}-01`, item: 'Network adapter 2', value: 'B-Bubble-131', isolated: true, why },
    { vm: '', item: 'pre-recovery script', value: '', isolated: true, why: 'no script is set' },
  ];
}

function passedSteps(): readonly JournalStep[] {
  const vms = [{ name: 'payments-db-01', running: true }];
  const recovered = { vms, checkpoint: '167554', checkpoint_time: checkpointTime, up_after: 41_000 };
  const refused = 'connection refused by 10.99.1.10:5432';
  return [
    step('sign-in', 0, 820, {
      phase: 'sign-in',
      uses: 'sign-in',
      summary: 'signs in at site-b',
      outputs: { site: 'Leeds' },
    }),
    step('ready', 900, 2_140, {
      phase: 'preflight',
      uses: 'zerto/check-vpgs',
      summary: 'checks that payments-db, payments-app, payments-web can be recovered',
      told: ['payments-web: the journal still fills (HistoryNotMeetingSLA).'],
      outputs: { worst_rpo: 9_000, recovers_to: 'site-b' },
    }),
    step('points', 3_100, 1_900, {
      uses: 'zerto/choose-checkpoints',
      summary: 'chooses one point in time for three VPGs',
      outputs: { spread: 4_000 },
    }),
    step('db', 6_000, 44_300, {
      name: 'Recover the database',
      uses: 'zerto/failover-test',
      effect: 'isolated',
      summary: 'brings payments-db up in its isolated test network',
      activityAttempts: 2,
      outputs: recovered,
    }),
    step('db_up', 50_400, 138_000, {
      summary: 'connects to 10.99.1.10:5432 from bubble-b',
      tries: 10,
      attempts: [
        { n: 1, at: start + 50_450, tookMs: 12, ok: false, saw: refused },
        { n: 10, at: start + 188_200, tookMs: 9, ok: true, saw: 'connected to 10.99.1.10:5432' },
      ],
      outputs: { connected_after: 9 },
    }),
    step('front[payments-app]', 189_500, 61_000, {
      uses: 'zerto/failover-test',
      effect: 'isolated',
      summary: 'brings payments-app up in its isolated test network',
      outputs: recovered,
    }),
    step('front[payments-web]', 189_600, 58_000, {
      uses: 'zerto/failover-test',
      effect: 'isolated',
      summary: 'brings payments-web up in its isolated test network',
      outputs: recovered,
    }),
    step('web_up', 251_000, 67_200, {
      name: 'The page answers',
      uses: 'check/http',
      summary: 'GET https://10.99.1.30/health from bubble-b',
      tries: 3,
      attempts: [
        { n: 1, at: start + 251_020, tookMs: 5_003, ok: false, saw: 'status 503, expected 200' },
        { n: 3, at: start + 318_000, tookMs: 120, ok: true, saw: 'status 200, {"status":"ok"}' },
      ],
      outputs: { status: 200 },
    }),
    step('close-front[payments-app]', 318_400, 13_600, closing('payments-app')),
    step('close-front[payments-web]', 318_400, 13_100, closing('payments-web')),
    step('close-db', 332_100, 4_100, closing('payments-db')),
    step('tell', 336_300, 240, {
      phase: 'finally',
      uses: 'notify',
      summary: 'tells dr-drills',
      required: false,
      outputs: { sent: 1 },
    }),
  ];
}

function closing(vpg: string): Partial<JournalStep> {
  return {
    phase: 'closing',
    uses: 'zerto/stop-failover-test',
    effect: 'isolated',
    summary: `stops the failover test of ${vpg} and proves that nothing of it is left`,
    outputs: { report_status: 'Success', zerto_rto: 41 },
  };
}

function entriesOf(steps: readonly JournalStep[]): readonly JournalEntry[] {
  return steps
    .flatMap(({ key, startedAt, endedAt, status, phase }) => [
      { at: startedAt ?? start, kind: 'started', step: key, text: '', from: phase === 'closing' ? 'guard' : 'run' },
      { at: endedAt ?? start, kind: status, step: key, text: `${key} ${status}`, from: 'run' },
    ])
    .sort((a, b) => a.at - b.at)
    .map((entry, place) => ({ ...entry, seq: place + 1 }));
}

/** The same drill when the database never listened: closed, failed. */
export function failedDrill(): Journal {
  const passed = passedDrill();
  const error = '10.99.1.10:5432 did not answer within 5m: connection refused. Is PostgreSQL set to start at boot?';
  const kept = passed.steps.slice(0, 4);
  return {
    ...passed,
    run: { ...passed.run, endedAt: start + 372_000, verified: false, requester: 'kay', reason: '' },
    verdict: 'failed',
    recoveryVerdict: 'failed',
    reasons: [
      'db_up (check/tcp) failed: connection refused.',
      'RTO was not reached: the last required check never held.',
    ],
    rto: { objectiveMs: 1_800_000, note: 'the last required check never held' },
    steps: [
      ...kept,
      step('db_up', 50_400, 300_000, {
        status: 'failed',
        error,
        tries: 21,
        attempts: [
          { n: 1, at: start + 50_450, tookMs: 12, ok: false, saw: 'connection refused by 10.99.1.10:5432' },
          { n: 21, at: start + 350_300, tookMs: 11, ok: false, saw: 'connection refused by 10.99.1.10:5432' },
        ],
      }),
      waiting('front[payments-app]', 'cancelled', { uses: 'zerto/failover-test', effect: 'isolated' }),
      waiting('front[payments-web]', 'cancelled', { uses: 'zerto/failover-test', effect: 'isolated' }),
      waiting('web_up', 'cancelled', { uses: 'check/http', error: 'never started: db_up failed' }),
      step('close-db', 350_700, 14_000, closing('payments-db')),
      step('tell', 364_900, 220, {
        phase: 'finally',
        uses: 'notify',
        status: 'errored',
        required: false,
        error: 'The file drills.log cannot be written: no space left.',
      }),
    ],
    openings: [opening('payments-db', 6_200, 358_000)],
    isolation: passed.isolation.slice(0, 1),
    zertoReports: [zertoReport('payments-db', 6_300, 357_000, { Status: 'FailedByUser', Notes: 'db_up failed' })],
  };
}

/** The same drill while the database's check is still trying. */
export function runningDrill(): Journal {
  const passed = passedDrill();
  const check = step('db_up', 50_400, 0, {
    status: 'running',
    tries: 4,
    attempts: [{ n: 1, at: start + 50_450, tookMs: 12, ok: false, saw: 'connection refused by 10.99.1.10:5432' }],
  });
  const open = opening('payments-db', 6_200, 0, { state: 'open' });
  return {
    ...passed,
    run: without(passed.run, 'endedAt'),
    verdict: 'running',
    recoveryVerdict: 'running',
    rto: { objectiveMs: 1_800_000, note: 'not over yet' },
    rpo: { ms: 15_200, objectiveMs: 300_000 },
    steps: [
      ...passed.steps.slice(0, 4),
      without(check, 'endedAt'),
      waiting('front[payments-app]', 'pending', { uses: 'zerto/failover-test' }),
    ],
    openings: [without(open, 'closedAt')],
    isolation: passed.isolation.slice(0, 1),
    zertoReports: [],
    entries: [{ seq: 1, at: start + 112_000, from: 'run', kind: 'progress', step: 'db_up', text: 'try 4' }],
  };
}

/** A failover with the source left running, committed by one who broke the glass: what only live runs have. */
export function liveFailover(): Journal {
  const passed = passedDrill();
  const told = 'site-a does not answer: the VMs of payments-db at London are not shut down, they may be up';
  const decision = { at: start + 1_000, step: 'keep', by: 'ana', word: 'commit', reason: '', brokeGlass: false };
  const live = opening('payments-db', 6_200, 330_000, {
    action: 'zerto/failover',
    state: 'committed',
    ending: { step: 'commit', by: ['cem'], reason: 'nobody answers', reverseProtected: false },
    warnings: [told],
  });
  return {
    ...passed,
    run: { ...passed.run, mode: 'failover', verified: false, requester: 'dee' },
    steps: [step('db', 6_000, 44_300, { uses: 'zerto/failover', told: [told], live: true })],
    openings: [live],
    isolation: [],
    zertoReports: [],
    decisions: [
      { ...decision, counted: false, text: 'ana may not vote here' },
      { ...decision, by: 'cem', reason: 'nobody answers', counted: true, text: 'commit: cem', brokeGlass: true },
      { ...decision, step: '', word: 'cancel', counted: true, text: '' },
    ],
    observations: [
      { at: start + 2_000, step: 'edit', what: 'settings difference', seen: [{ path: 'a', before: '', after: 'b' }] },
      { at: start + 3_000, step: 'out', what: 'settings of crm', seen: { sha256: 'abc', settings: { Name: 'crm' } } },
    ],
  };
}

/** A run of so many checks, one after the other, each with an entry. */
export function longRun(length: number): Journal {
  const passed = passedDrill();
  const steps = Array.from({ length }, (_, place) =>
    step(`step_${String(place).padStart(5, '0')}`, place * 1_000, 900),
  );
  return { ...passed, run: { ...passed.run, endedAt: start + length * 1_000 }, steps, entries: entriesOf(steps) };
}

/** A drill of so many VPGs in one for-each. */
export function wideRun(length: number): Journal {
  const passed = passedDrill();
  const names = Array.from({ length }, (_, place) => `vpg-${String(place).padStart(4, '0')}`);
  const steps = names.map((vpg, place) =>
    step(`all[${vpg}]`, (place % 20) * 1_000, 30_000 + place * 50, { uses: 'zerto/failover-test' }),
  );
  return { ...passed, steps, entries: entriesOf(steps) };
}
