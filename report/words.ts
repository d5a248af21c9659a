/** How a status or a verdict looks: never by colour alone, so each has a word and a mark. */
export interface Look {
  readonly word: string;
  readonly mark: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'info' | 'idle';
}

const statuses: Readonly<Partial<Record<string, Look>>> = {
  succeeded: { word: 'succeeded', mark: '✓', tone: 'good' },
  failed: { word: 'failed', mark: '✗', tone: 'bad' },
  errored: { word: 'errored', mark: '!', tone: 'bad' },
  timed_out: { word: 'timed out', mark: '✗', tone: 'bad' },
  cancelled: { word: 'cancelled', mark: '–', tone: 'idle' },
  skipped: { word: 'skipped', mark: '–', tone: 'idle' },
  pending: { word: 'pending', mark: '·', tone: 'idle' },
  running: { word: 'running', mark: '…', tone: 'info' },
  retrying: { word: 'retrying', mark: '…', tone: 'warn' },
  asking: { word: 'asking', mark: '?', tone: 'warn' },
};

/** Statuses of a step that went wrong. */
export const troubles: readonly string[] = ['failed', 'errored', 'timed_out'];

const verdicts: Readonly<Partial<Record<string, Look & { readonly means: string }>>> = {
  passed: { word: 'passed', mark: '✓', tone: 'good', means: 'All that was required held.' },
  passed_with_exceptions: {
    word: 'passed with exceptions',
    mark: '!',
    tone: 'warn',
    means: 'The recovery held, with the exceptions below.',
  },
  failed: {
    word: 'failed',
    mark: '✗',
    tone: 'bad',
    means: 'A required step failed, an objective was missed, or closing left something behind.',
  },
  inconclusive: {
    word: 'inconclusive',
    mark: '?',
    tone: 'warn',
    means: 'It ended before the recovery could be judged, so nothing was proved.',
  },
  running: { word: 'running', mark: '…', tone: 'info', means: 'It had not ended when this report was made.' },
  lost: {
    word: 'lost',
    mark: '✗',
    tone: 'bad',
    means: 'It was ended from outside and gave no verdict. What its guard closed stands under “Opened and closed”.',
  },
};

const openings: Readonly<Partial<Record<string, Look>>> = {
  closed: { word: 'closed', mark: '✓', tone: 'good' },
  committed: { word: 'committed', mark: '✓', tone: 'good' },
  'rolled-back': { word: 'rolled back', mark: '–', tone: 'warn' },
  'ended-by-hand': { word: 'ended by hand', mark: '!', tone: 'warn' },
  open: { word: 'open', mark: '!', tone: 'warn' },
  'taken-over': { word: 'taken over', mark: '!', tone: 'warn' },
  stuck: { word: 'stuck', mark: '✗', tone: 'bad' },
  'did-not-happen': { word: 'did not happen', mark: '–', tone: 'idle' },
};

/** The look of a step's status; an unknown one is shown as it stands. */
export function lookOfStatus(status: string): Look {
  return lookUp(statuses, status) ?? unknownLook(status);
}

/** The look of a run's verdict, with one sentence on what it means. */
export function lookOfVerdict(verdict: string): Look & { readonly means: string } {
  return lookUp(verdicts, verdict) ?? { ...unknownLook(verdict), means: '' };
}

/** The look of an opening's state. */
export function lookOfOpening(state: string): Look {
  return lookUp(openings, state) ?? unknownLook(state);
}

function lookUp<T>(looks: Readonly<Partial<Record<string, T>>>, word: string): T | undefined {
  return Object.hasOwn(looks, word) ? looks[word] : undefined;
}

function unknownLook(word: string): Look {
  return { word: word.replaceAll('_', ' '), mark: '·', tone: 'idle' };
}
