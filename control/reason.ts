/** Why nothing answered, in a few words; the transports' own texts are long. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/NOT_FOUND|not found/i.test(text)) return 'there is no such namespace';
  if (/ECONNREFUSED|ConnectionRefused/.test(text)) return 'connection refused';
  if (/deadline|timed? ?out|connect before/i.test(text)) return 'no answer in 5 s';
  return text.split('\n', 1)[0] ?? 'unknown';
}
