import { wordOf } from './enums.ts';

// Task states (docs/zerto.md §4). Types of tasks are compared by name: their numbers differ between API and web UI.

export type TaskState =
  | 'InProgress'
  | 'WaitingForUserInput'
  | 'Paused'
  | 'Failed'
  | 'Stopped'
  | 'Completed'
  | 'Cancelling'
  | `#${number}`;

const taskStates: readonly TaskState[] = [
  '#0',
  'InProgress',
  'WaitingForUserInput',
  'Paused',
  'Failed',
  'Stopped',
  'Completed',
  'Cancelling',
];

/** A word that is not known is not terminal, like 0. */
export function taskStateOf(value: number | string): TaskState {
  const word = wordOf(taskStates, value);
  return taskStates.find(state => state === word) ?? (/^#\d+$/.test(word) ? (word as TaskState) : '#0');
}

export function isTerminal(state: TaskState): boolean {
  return state === 'Failed' || state === 'Stopped' || state === 'Completed';
}
