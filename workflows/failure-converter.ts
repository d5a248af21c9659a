import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts message and stack of a failure into a payload, which is encrypted where payloads are; Temporal's own message then
 * says nothing. In the bundle always: one bundle serves whether or not payloads are encrypted, and workflows of ours fail
 * by defects only. A worker uses it for its activities only with encryption. Both forms are read everywhere.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
