import { patched, setHandler } from '@temporalio/workflow';
import { decidersOf } from '../engine/deciders.ts';
import { type EngineState, whyNotExtend, whyNotPause, whyNotRollBack } from '../engine/engine.ts';
import type { Deed } from '../engine/entitlement.ts';
import type { EngineEvent, WithoutTime } from '../engine/types.ts';
import type { Entitling } from './entitling.ts';
import {
  abortUpdate,
  cancelUpdate,
  extendUpdate,
  type Heard,
  pauseUpdate,
  resumeUpdate,
  rollBackUpdate,
  type RunStart,
  type Said,
} from './messages.ts';
import { refuse, whyMalformed, wordShape } from './well-formed.ts';

type Event = WithoutTime<EngineEvent>;

interface Listener {
  readonly start: RunStart;
  readonly state: EngineState;
  readonly entitling: Entitling;
  /** False: the run's history is older than roles, and a cancel is taken as it comes. */
  readonly checked: boolean;
  readonly tell: (event: Event) => Promise<Heard>;
  /** Into the inbox, for nobody to hear of. */
  readonly put: (event: Event) => void;
}

const saidShape = { by: 'name', reason: 'text', ...wordShape } as const;

/** An operator's hand on a run: pause, resume, extend, cancel, abort, roll-back. */
export function listenToHand({ start, state, entitling, checked, tell, put }: Listener): void {
  const { plan } = start;
  const live = entitling.isLive('');

  /** `choice`: beside its deed, what is signed. */
  const say = async (said: Said, to: Deed, event: (by: string) => Event, choice = ''): Promise<Heard> => {
    const { by, reason, id, proof } = said;
    const { from, breakGlass } = to === 'roll-back' ? decidersOf(plan, state) : { from: [], breakGlass: [] };
    const names = [...from, ...breakGlass];
    const word = { ...(id === undefined ? {} : { id }), ...(proof === undefined ? {} : { proof }) };
    const answer = await entitling.ask('', { by, to, names, choice, reason, ...word });
    // A drill that is closed for nothing harms less than one that nobody can close.
    const lenient = answer.unknown === true && !live && (to === 'cancel' || to === 'abort');
    if (answer.refused !== undefined && !lenient) return { counted: false, text: answer.refused };
    return await tell({ ...event(answer.by), ...(id === undefined ? {} : { word: id }) });
  };

  const pause = (by: string, reason: string): Event => {
    const stops = live && patched('a-pause-stops-peoples-clocks');
    return { kind: 'pause', by, reason, ...(stops ? { stopsClocks: true as const } : {}) };
  };
  setHandler(pauseUpdate, said => say(said, 'pause', by => pause(by, said.reason)), {
    validator: (said: Said) => {
      refuse(whyMalformed(said, saidShape));
      refuse(whyUnnamed(said) ?? whyNotPause({ state }));
    },
  });
  setHandler(resumeUpdate, said => say(said, 'resume', by => ({ kind: 'resume', by, reason: said.reason })), {
    validator: (said: Said) => {
      refuse(whyMalformed(said, saidShape));
      refuse(whyUnnamed(said) ?? (state.paused === undefined ? 'the run is not paused' : undefined));
    },
  });
  setHandler(
    extendUpdate,
    ({ byMs, ...said }) => say(said, 'extend', by => ({ kind: 'extend', byMs, by, reason: said.reason }), String(byMs)),
    {
      validator: (said: Said & { readonly byMs: number }) => {
        refuse(whyMalformed(said, { ...saidShape, byMs: 'ms' }));
        refuse(whyUnnamed(said) ?? whyUnreasoned(said) ?? whyNotExtend({ plan, state }, said.byMs, Date.now()));
      },
    },
  );
  setHandler(rollBackUpdate, said => say(said, 'roll-back', by => ({ kind: 'roll-back', by, reason: said.reason })), {
    validator: (said: Said) => {
      refuse(whyMalformed(said, saidShape));
      refuse(whyUnnamed(said) ?? whyUnreasoned(said) ?? whyNotRollBack({ plan, state }));
    },
  });
  setHandler(
    abortUpdate,
    said => say(said, 'abort', by => ({ kind: 'cancel', by, reason: said.reason, now: false, abort: true })),
    {
      validator: (said: Said) => {
        refuse(whyMalformed(said, saidShape));
        refuse(whyUnnamed(said) ?? (live ? whyUnreasoned(said) : undefined));
      },
    },
  );
  setHandler(
    cancelUpdate,
    ({ now, ...said }) => {
      const event = (by: string): Event => ({ kind: 'cancel', by, reason: said.reason, now });
      if (checked) return say(said, 'cancel', event, now ? 'now' : '');
      put(event(said.by));
      return undefined;
    },
    {
      validator: (said: Said) => {
        refuse(whyMalformed(said, { ...saidShape, now: 'flag' }));
      },
    },
  );
}

const whyUnnamed = ({ by }: Said): string | undefined => (by.trim() === '' ? 'a word needs a name' : undefined);

const whyUnreasoned = ({ reason }: Said): string | undefined =>
  reason.trim() === '' ? 'a reason is needed' : undefined;
