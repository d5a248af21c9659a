// node --import ./scripts/end-with-parent.mjs …: a Node child that was started with an IPC channel ends when its parent is gone, also by
// kill -9. SIGTERM first, so that it may sign out; then it is over.
const patienceMs = 10_000;

process.once('disconnect', () => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), patienceMs).unref();
  process.kill(process.pid, 'SIGTERM');
});
// Listening would keep a child alive that has nothing more to do.
process.channel?.unref();
