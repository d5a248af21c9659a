/** What is asked of a ZVM. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `base`, ids percent-encoded. */
  readonly path: string;
  /** `root`: the ZVM's own root, for the report service that is older than /v1/ (docs/zerto.md §6). Default: /v1/. */
  readonly base?: 'v1' | 'root';
  /** Goes out without a session (docs/zerto.md §6). */
  readonly anonymous?: boolean;
  /** Asks for the same answer as XML. */
  readonly xml?: boolean | undefined;
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as a form, in place of `body`. */
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** ms since 1970; checked when the bytes are about to go out. */
  readonly notAfter?: number | undefined;
  /** Whether the ZVM changes by it, for `happened`. Default: everything but GET. */
  readonly effect?: boolean;
}
