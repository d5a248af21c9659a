/** `90s`, `15m`, `1h30m` in ms, as runbooks write it; undefined for anything else, and for nothing. */
export { durationOf as parseDuration } from '../compiler/shape/scalars.ts';
