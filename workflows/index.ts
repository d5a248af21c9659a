export { adopt } from './adopt.ts';
export { configCheck } from './config-check.ts';
export { guard } from './guard.ts';
export { janitor } from './janitor.ts';
export { locks } from './locks.ts';
export { runbook } from './runbook.ts';
export { tell } from './tell.ts';
export { timekeeper } from './timekeeper.ts';
