import type { Entry } from './entry.ts';

/** A status as the end of a sentence that begins with the step. */
export function said({ status }: Pick<Entry, 'status'>): string {
  switch (status) {
    case 'timed_out':
      return 'timed out';
    case 'errored':
      return 'could not be carried out';
    case 'cancelled':
    case 'skipped':
      return `was ${status}`;
    case 'succeeded':
    case 'failed':
      return status;
    case 'pending':
    case 'running':
    case 'asking':
      return `is ${status}`;
  }
}
