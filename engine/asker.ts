import type { RunInfo } from './types.ts';

/** Whether a person has asked for a run: as its requester, or as whoever made the machine ask that is its requester. */
export const hasAskedFor = ({ requester, behind }: Pick<RunInfo, 'requester' | 'behind'>, person: string): boolean =>
  person === requester || (behind !== undefined && person === behind);
