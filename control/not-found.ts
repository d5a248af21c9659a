import { isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';

/** gRPC's NOT_FOUND. */
const notFound = 5;

/** Temporal knows no workflow of that id. The SDK gives its own error for most calls, the bare gRPC status for some. */
export function isNotFound(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError || (isGrpcServiceError(error) && (error.code as number) === notFound);
}
