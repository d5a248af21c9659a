import type { KeyObject } from 'node:crypto';

/** What the Keycloak of an appliance remembers beside its sessions. */
export interface Keycloak {
  readonly access: Map<string, AccessToken>;
  readonly refresh: Map<string, RefreshToken>;
  readonly keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
}

/** Times: ms since 1970. */
export interface AccessToken {
  /** The token of the session. */
  readonly session: string;
  readonly until: number;
  readonly scope: string;
}

export interface RefreshToken extends AccessToken {
  readonly clientId: string;
}
