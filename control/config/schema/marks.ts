import { z } from 'zod';

/** What a name in drillbook.yaml refers to; for people, as messages call it. */
export type RefKind = 'secret' | 'site' | 'target' | 'person' | 'person or group' | 'probe or task queue';

/** What config-marks.ts must check at a text, beyond its form: it needs the place in the file, or the other sections. */
export type Mark =
  | { readonly kind: 'ref'; readonly to: RefKind }
  | { readonly kind: 'date' | 'cron' | 'time-zone' | 'web-url' | 'runbook-pattern' | 'hash' };

/** Marks by schema. A copy of a schema (`.describe`, `.optional`) loses its own mark: it is set last. */
export const marks = z.registry<Mark>();
