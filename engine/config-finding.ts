/** What a worker found when it tried what drillbook.yaml names. `what`: `site site-b`, `secret smtp`, `target dr-bridge`. */
export interface ConfigFinding {
  readonly what: string;
  readonly ok: boolean;
  /** For people; no secret is in it. */
  readonly found: string;
}
