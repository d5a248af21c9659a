import type { Plan } from '../compiler/plan.ts';
import { type EngineState, questionsAt } from '../engine/engine.ts';
import { lookUp } from '../engine/state.ts';
import type { EngineEvent, WithoutTime } from '../engine/types.ts';

/** Tells afterwards whether an event counted: only then does it leave its mark on what waited for it. */
export function counter(plan: Plan, state: EngineState, event: WithoutTime<EngineEvent>): () => boolean {
  switch (event.kind) {
    case 'vote': {
      // The list outlives the gate that it closes.
      const votes = lookUp(state.gates, event.key)?.votes;
      const last = votes?.at(-1);
      return () => votes?.at(-1) !== last;
    }
    case 'reported': {
      const report = lookUp(state.reports, event.key);
      return () => report !== undefined && lookUp(state.reports, event.key) !== report;
    }
    case 'decide': {
      const { held } = state;
      const decision = held?.decision;
      const commits = held?.commits?.length;
      return () =>
        held !== undefined && (state.held !== held || held.decision !== decision || held.commits?.length !== commits);
    }
    case 'answer': {
      const questions = questionsAt(plan, state, event.key);
      const { held } = state;
      // Either one of them is open no more, or the run is held for the answer and they wait behind that.
      return () => {
        const open = questionsAt(plan, state, event.key);
        return questions.some(question => !open.includes(question)) || state.held !== held;
      };
    }
    case 'pause':
    case 'resume': {
      const { paused } = state;
      return () => state.paused !== paused;
    }
    case 'extend': {
      const { endsAt } = state;
      return () => state.endsAt !== endsAt;
    }
    case 'roll-back':
      return () => state.held !== undefined && (state.held.wanted ?? state.held.decision)?.by === event.by;
    case 'cancel': {
      const mark = (): string =>
        [state.frames[0]?.stop?.reason, state.held?.reasons.length, state.skipFinally].join('|');
      const before = mark();
      return () => mark() !== before;
    }
    default:
      return () => false;
  }
}
