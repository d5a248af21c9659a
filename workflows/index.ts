export { guard } from './guard.ts';
export { locks } from './locks.ts';
export { runbook } from './runbook.ts';
