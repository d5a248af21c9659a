import { InterceptingCall, type Interceptor, Metadata, status } from '@grpc/grpc-js';

/**
 * Ends what the SDK would send again after its connection was closed: its retry runs in a timer, where a closed channel throws
 * and ends the process (@temporalio/client 1, grpc-retry.ts). To be the last of the interceptors.
 */
export function endingWhenClosed(isClosed: () => boolean): Interceptor {
  return (options, nextCall) => new InterceptingCall(isClosed() ? neverSent : nextCall(options));
}

type Call = ConstructorParameters<typeof InterceptingCall>[0];

const nothing = (): void => undefined;

const neverSent: Call = {
  start(_metadata, listener) {
    listener?.onReceiveStatus?.({
      code: status.CANCELLED,
      details: 'the connection was closed',
      metadata: new Metadata(),
    });
  },
  cancelWithStatus: nothing,
  getPeer: () => '',
  sendMessageWithContext: nothing,
  sendMessage: nothing,
  startRead: nothing,
  halfClose: nothing,
  getAuthContext: () => null,
};
