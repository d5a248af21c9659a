import { patched } from '@temporalio/workflow';
import { callActivity, soon } from './activity-options.ts';
import { endingOf } from './ending.ts';

/** No run waits for long to be found by its verdict. */
const budgetMs = 10_000;

/**
 * Whether the verdict can be set: an attribute that was taken away since the start would wedge the run at its last task. A
 * history from before this sets it unasked.
 */
export async function isStillSearchable(): Promise<boolean> {
  if (!patched('verdict-is-looked-for')) return true;
  // No step's key has a colon: in the history, the call is nobody's step.
  const options = { id: 'end:searchable', summary: 'can its verdict be searched for?', budgetMs, transport: soon };
  try {
    return (await callActivity('people/is-searchable', {}, options)) === true;
  } catch (error) {
    endingOf(error);
    return false;
  }
}
