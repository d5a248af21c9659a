/** Why a channel could not tell, for people; it holds no secret. */
export interface NotTold {
  readonly why: string;
  /** Another try may succeed. */
  readonly again: boolean;
  /** The far end wants to be left alone for so long, ms. */
  readonly afterMs?: number;
}

/** A refusal repeats what it was sent more often than not. */
export function masked(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets)
    for (const form of new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]))
      if (form !== '') clean = clean.replaceAll(form, '[secret]');
  return clean;
}
