/** Whether the ZVM did what was asked. A read changes nothing: always `no`. */
export type Happened = 'yes' | 'no' | 'unknown';

export interface ErrorFacts {
  /** Method and path below /v1/: `GET vpgs`. */
  readonly operation: string;
  /** The site's name in drillbook.yaml. */
  readonly site: string;
  /** HTTP status, where there was an answer. */
  readonly status?: number | undefined;
  /** The ZVM's own sentence. */
  readonly vendorMessage?: string | undefined;
  readonly retryable: boolean;
  readonly happened: Happened;
}

/** Every error of this room. Its message is one sentence for the person on call, with what to do. */
export abstract class ZvmError extends Error {
  readonly operation: string;
  readonly site: string;
  readonly status: number | undefined;
  readonly vendorMessage: string | undefined;
  readonly retryable: boolean;
  readonly happened: Happened;

  constructor(message: string, facts: ErrorFacts) {
    super(message);
    this.operation = facts.operation;
    this.site = facts.site;
    this.status = facts.status;
    this.vendorMessage = facts.vendorMessage;
    this.retryable = facts.retryable;
    this.happened = facts.happened;
  }
}

/** No answer: refused port, unknown name, time-out, broken connection. */
export class Unreachable extends ZvmError {
  override readonly name = 'Unreachable';
}

/** The TLS certificate is not the one that we trust. Nothing was sent. */
export class CertificateRefused extends ZvmError {
  override readonly name = 'CertificateRefused';
}

/** Wrong account or password, or a fresh session that is not accepted. */
export class SignInRefused extends ZvmError {
  override readonly name = 'SignInRefused';
}

/** The ZVM understood and said no: a 4xx, or a 500 with a Message. */
export class Refused extends ZvmError {
  override readonly name = 'Refused';
}

/** 404. */
export class NotFound extends ZvmError {
  override readonly name = 'NotFound';
}

/** A 5xx without a Message, or a request to come back later. */
export class ServerFault extends ZvmError {
  override readonly name = 'ServerFault';
}

/** Outside the allow-list. Nothing was sent. */
export class NotAllowed extends ZvmError {
  override readonly name = 'NotAllowed';
}

/** `notAfter` has passed. Nothing was sent. */
export class TooLate extends ZvmError {
  override readonly name = 'TooLate';
}

/** An answer that is not what the API promises. */
export class NotUnderstood extends ZvmError {
  override readonly name = 'NotUnderstood';
}

/** A task that was waited for is not there (any more); how it ended must be read from the VPG. */
export class TaskVanished extends ZvmError {
  override readonly name = 'TaskVanished';
}
