export interface Call {
  /** Aborts the request. */
  readonly signal?: AbortSignal;
  /** Reads the same thing as XML instead of JSON. Only for reading. */
  readonly xml?: boolean;
}
export interface EffectCall {
  /** Aborts the request. */
  readonly signal?: AbortSignal;
  /** ms since 1970. Past it TooLate is thrown (`happened: 'no'`) and nothing is sent. */
  readonly notAfter: number;
}

/** Method and path (lower case, below `/v1/`, `*` stands for one segment, `**` at the end for any rest): `POST vpgs/*​/failovertest`. */
export interface AllowList {
  /** For the error: "a drill". */
  readonly whose: string;
  readonly rules: readonly { readonly method: string; readonly path: string }[];
}

export interface Named {
  readonly id: string;
  readonly name: string;
}
