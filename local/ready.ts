/** What a child tells its parent once it serves. */
export interface ReadyMessage {
  readonly kind: 'ready';
}

/** For the commands that `startChild` runs: says to the parent that it may go on. Nothing happens when there is none. */
export function tellReady(): void {
  const message: ReadyMessage = { kind: 'ready' };
  process.send?.(message);
}

export function isReadyMessage(message: unknown): message is ReadyMessage {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'ready';
}
