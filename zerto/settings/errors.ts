import { ZvmError } from '../errors.ts';
import type { SettingsDocument } from '../settings-types.ts';
import type { Change } from './difference.ts';

/** What is wanted contradicts itself, or is not for this API (Azure, AWS, backup). Nothing was sent. */
export class SettingsRefused extends ZvmError {
  override readonly name = 'SettingsRefused';

  constructor(message: string, site = '') {
    super(message, { operation: 'vpgSettings.apply', site, retryable: false, happened: 'no' });
  }
}

/** The ZVM did not do what the commit asked for, or only a part of it. */
export class SettingsFailed extends ZvmError {
  override readonly name = 'SettingsFailed';
  /** The sentence without what is changed in part. */
  readonly why: string;
  /** The settings from before; undefined where there was no VPG. */
  readonly before: SettingsDocument | undefined;
  /** What is changed all the same. */
  readonly part: readonly Change[];
  /** Who else changed the VPG since `before`. */
  readonly foreign: string | undefined;
  /** Ids of the VPG's changes until now. */
  readonly seen: ReadonlySet<string>;

  constructor(
    why: string,
    facts: {
      readonly site: string;
      readonly vendorMessage?: string;
      readonly before: SettingsDocument | undefined;
      readonly part: readonly Change[];
      readonly foreign?: string | undefined;
      readonly seen?: ReadonlySet<string>;
    },
  ) {
    const { site, vendorMessage, before, part } = facts;
    super(part.length === 0 ? why : `${why}; it is changed in part: ${listOf(part.map(({ path }) => path))}`, {
      operation: 'vpgSettings.apply',
      site,
      vendorMessage,
      retryable: false,
      happened: part.length === 0 ? 'no' : 'yes',
    });
    this.why = why;
    this.before = before;
    this.part = part;
    this.foreign = facts.foreign;
    this.seen = facts.seen ?? new Set();
  }
}

/** Every try lost its settings object, or the answer to its commit, or was overtaken. Nothing was changed, where `happened` is `no`. */
export class SettingsLost extends ZvmError {
  override readonly name = 'SettingsLost';

  constructor(message: string, site: string, happened: 'no' | 'unknown' = 'no') {
    super(message, { operation: 'vpgSettings.apply', site, retryable: false, happened });
  }
}

/** `a`, `a and b`, `a, b and c`; at most eight by name. */
export function listOf(items: readonly string[], most = 8): string {
  const shown = items.length > most ? [...items.slice(0, most), `${items.length - most} more`] : [...items];
  const last = shown.pop() ?? 'nothing';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}
