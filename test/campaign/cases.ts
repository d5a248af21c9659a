import type { Mode } from '../../actions/contract.ts';
import { isLiveMode } from '../../actions/modes.ts';

/** A run of a shipped runbook: what it does to which VPGs, and who must agree. */
export interface Case {
  readonly name: string;
  readonly file: string;
  readonly mode: Mode;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The site that it recovers to, and whose ZVM is asked. */
  readonly site: 'site-a' | 'site-b';
  /** What it changes or opens. */
  readonly vpgs: readonly string[];
  /** The last segments of the calls with an effect. */
  readonly effects: readonly string[];
  readonly gates: readonly Gate[];
  readonly weight: number;
}

/** An approval, as its runbook asks for it. */
export interface Gate {
  readonly step: string;
  readonly count: number;
  readonly from: readonly string[];
  readonly glass: readonly string[];
  readonly choices: readonly string[];
}

const managers = ['ana', 'bo'];
const payments = ['payments-db', 'payments-app', 'payments-web'];
const test = ['failovertest', 'failoverteststop'];
const failover = ['failover', 'failovercommit', 'failoverrollback'];
const move = ['move', 'movecommit', 'moverollback'];
const go = (glass: readonly string[]): Gate => ({ step: 'go', count: 2, from: managers, glass, choices: ['approve'] });
const keep: Gate = { step: 'keep', count: 2, from: managers, glass: [], choices: ['commit', 'roll-back'] };
const here = { site: 'site-b', inputs: {}, gates: [], weight: 1 } as const;

/** Who asks for every run; he approves nothing of his own, and may break the glass where a runbook says so. */
export const requester = 'cem';

export const cases: readonly Case[] = [
  { ...here, name: 'payments drill', file: 'payments.yaml', mode: 'drill', vpgs: payments, effects: test, weight: 4 },
  {
    ...here,
    name: 'payments failover',
    file: 'payments.yaml',
    mode: 'failover',
    vpgs: payments,
    effects: failover,
    gates: [go(['cem']), keep],
    weight: 4,
  },
  {
    ...here,
    name: 'move',
    file: 'move.yaml',
    mode: 'move',
    vpgs: payments,
    effects: move,
    gates: [go([]), keep],
    weight: 2,
  },
  {
    ...here,
    name: 'failback',
    file: 'failback.yaml',
    mode: 'move',
    site: 'site-a',
    vpgs: payments,
    effects: move,
    gates: [go([]), keep],
  },
  {
    ...here,
    name: 'estate drill',
    file: 'estate-monthly.yaml',
    mode: 'drill',
    vpgs: [...payments, 'crm'],
    effects: test,
  },
  {
    ...here,
    name: 'drill of one VPG',
    file: 'one-vpg.yaml',
    mode: 'drill',
    inputs: { vpg: 'crm' },
    vpgs: ['crm'],
    effects: test,
    weight: 2,
  },
  {
    ...here,
    name: 'settings',
    file: 'vpg-networks.yaml',
    mode: 'change',
    vpgs: ['crm'],
    effects: ['commit', 'vpgsettings'],
  },
  {
    ...here,
    name: 'new VPG',
    file: 'create-vpg.yaml',
    mode: 'change',
    vpgs: ['shop'],
    effects: ['commit', 'vpgsettings', ...test],
  },
];

export const isLive = ({ mode }: Pick<Case, 'mode'>): boolean => isLiveMode(mode);
