import type { Dispatcher } from 'undici';

/**
 * A dispatcher that asks `mayStart` on the connected socket, immediately before the bytes of a request go out: after
 * DNS, TLS and the wait for a free connection. `false` breaks the request off with nothing sent.
 */
export function askBeforeSending(dispatcher: Dispatcher, mayStart: () => boolean): Dispatcher {
  return dispatcher.compose(
    dispatch => (options, handler) =>
      dispatch(options, {
        onConnect(abort) {
          if (mayStart()) handler.onConnect?.(abort);
          else abort(new Error('broken off before sending'));
        },
        onError(error) {
          handler.onError?.(error);
        },
        onUpgrade(status, headers, socket) {
          handler.onUpgrade?.(status, headers, socket);
        },
        onResponseStarted() {
          handler.onResponseStarted?.();
        },
        onHeaders(status, headers, resume, statusText) {
          return handler.onHeaders?.(status, headers, resume, statusText) ?? true;
        },
        onData(chunk) {
          return handler.onData?.(chunk) ?? true;
        },
        onComplete(trailers) {
          handler.onComplete?.(trailers);
        },
        onBodySent(size, total) {
          handler.onBodySent?.(size, total);
        },
      }),
  );
}
