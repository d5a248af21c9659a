import type { ActionCall, Evidence } from '../actions/call.ts';
import type { Contract } from '../actions/contract.ts';
import { actions, findAction, type ActionName, type Input } from '../actions/index.ts';
import { isLiveMode } from '../actions/modes.ts';
import type { JsonMap } from '../actions/json.ts';
import type { GuardActivities, LiveChange, Sending, Sent } from '../engine/guard-activities.ts';
import type { EffectKind } from '../zerto/effects/kinds.ts';
import type { Refused } from '../zerto/errors.ts';
import type { Task } from '../zerto/tasks.ts';
import type { EffectCall } from '../zerto/types.ts';
import type { Zvm } from '../zerto/zvm.ts';
import type { Vpg } from '../zerto/vpgs.ts';
import { Ended, StepErrored, StepFailed } from './outcome.ts';
import { reachOf, type SiteDirectory, type Surroundings } from './surroundings.ts';
import { vpgId } from './vpg-id.ts';

/** One VPG at the ZVM that it recovers to, and what is asked of it. */
export interface Place {
  readonly zvm: Zvm;
  /** The site's name in drillbook.yaml. */
  readonly site: string;
  readonly sites: SiteDirectory;
  readonly call: ActionCall;
  /** The VPG. */
  readonly name: string;
  readonly id: string;
  readonly live?: LiveChange;
  /** ms since 1970. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

type Already = NonNullable<GuardActivities['baseline']['result']['already']>;

/** The VPG before anything is sent; or an ending that has been reached already. */
export type Before = { readonly vpg: Vpg } | { readonly already: Already };

/** A call that is ready to go out. */
export interface Prepared {
  readonly send: (call: EffectCall) => Promise<string>;
  readonly sending?: Sending;
  readonly evidence?: readonly Evidence[];
  readonly told?: readonly string[];
  /**
   * What is sent in its place where the ZVM refuses it and nothing came of it. Reads only.
   * @throws StepFailed where nothing is
   */
  readonly instead?: (refused: Refused) => Promise<Pick<Prepared, 'send' | 'told'>>;
}

/** What there is to close. */
export type ToClose =
  /** `why`: somebody else closed what was ours. */
  | { readonly kind: 'nothing'; readonly why?: string }
  | { readonly kind: 'foreign'; readonly why: string }
  | { readonly kind: 'open' }
  | { readonly kind: 'closing'; readonly taskId: string }
  /** Look again. */
  | { readonly kind: 'wait' };

/** How an opening is closed without a person's word. */
export interface Closing {
  /** @throws StepErrored where what is open may be ours or not */
  look(
    place: Place,
    known: GuardActivities['stop']['input'],
    /** When the looking began, ms since 1970. */
    began: number,
  ): Promise<ToClose>;
  send(place: Place, said: { readonly success: boolean; readonly summary: string }, call: EffectCall): Promise<string>;
  /** For people: `stopping the test`. */
  readonly doing: string;
  /** Whether the VPG shows that nothing of it is left. */
  isOver(vpg: Vpg): boolean;
  /** What is told when somebody else did what we would have done. */
  result(place: Place, input: GuardActivities['readBack']['input']): Promise<GuardActivities['readBack']['result']>;
}

/** All that differs between the actions that a guard performs. */
export interface GuardAction {
  /** By what its task is known. */
  kind(place: Pick<Place, 'live'>): EffectKind;
  /**
   * What must hold before the first attempt.
   * @throws StepFailed where it may not be sent; what `waitFor` gives where it may be a moment later
   */
  before(place: Place): Promise<Before>;
  /** All that the call needs. Reads only. */
  prepare(place: Place): Promise<Prepared>;
  /** Waits for the task, as it ends in this action. */
  ended(place: Place, taskId: string): Promise<Task | undefined>;
  /** Reads the VPG when the task has ended. */
  readBack(place: Place, sent: Sent, task: Task | undefined): Promise<GuardActivities['wait']['result']>;
  readonly closing?: Closing;
}

/** Of an ending the site is that of the change that it ends: there it was opened, whichever way the VPG points now. */
export async function placeOf(
  s: Surroundings,
  { call, live }: { readonly call: ActionCall; readonly live?: LiveChange },
  signal: AbortSignal,
): Promise<Place> {
  const { vpg: name } = call.with as { readonly vpg?: unknown };
  if (typeof name !== 'string') throw new StepErrored(`${call.action} was asked for without a VPG`);
  assertFits(call);
  const site = live?.opened.site ?? call.site;
  return {
    zvm: await s.sites.zvm(site, reachOf(call)),
    site,
    sites: s.sites,
    call,
    name,
    id: vpgId(live?.opened ?? call, name),
    ...(live === undefined ? {} : { live }),
    clock: s.clock,
    signal,
  };
}

/** Whatever a Plan or a message says: what is live is sent in a live mode alone, and by a look nothing is. */
function assertFits({ action, run, dry }: ActionCall): void {
  if (dry === true) throw new StepFailed(`${action} is not sent by a look: it only reads`);
  const contract = findAction(action);
  const isLive = contract?.opens === 'live' || contract?.ends !== undefined;
  if (isLive && !isLiveMode(run.mode)) throw new StepFailed(`${action} is not sent in mode ${run.mode}`);
}

/** A Plan may be older than this worker: what it asks for is read by this worker's contract. */
export function inputOf<A extends ActionName>(action: A, given: JsonMap): Input<A> {
  const contract: Contract = actions[action];
  const read = contract.input.safeParse(given);
  if (read.success) return read.data as Input<A>;
  const list = read.error.issues.map(({ path, message }) => `${['with', ...path.map(String)].join('.')}: ${message}`);
  throw new StepErrored(`${action} was asked for what it does not know: ${list.join('; ')}`);
}

/** It cannot be done now, but soon: Temporal tries again until the step's time is over, and shows why. */
export function waitFor(message: string): Ended {
  return new Ended({ type: 'unreachable', message, record: {} });
}
