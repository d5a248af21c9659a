import { isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';

/** gRPC's NOT_FOUND. */
const notFound = 5;

/** Temporal knows no workflow of that id. The SDK gives its own error for most calls, the bare gRPC status for some. */
export function isNotFound(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError || (isGrpcServiceError(error) && (error.code as number) === notFound);
}

/** What Temporal tells of a workflow; undefined: it knows none of that id. Throws what else is in the way. */
export async function ifKnown<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
