export type Generation = 'windows' | 'appliance';

/** With what a client signs in. Secrets are asked for at each sign-in, so that a changed one is found without a restart. */
export type Account =
  | {
      /** `windows`: a Windows or domain account. `hypervisor`: one of vCenter or SCVMM. `password`: one of an appliance. */
      readonly kind: 'windows' | 'hypervisor' | 'password';
      readonly username: string;
      readonly password: () => Promise<string>;
    }
  /** A client of an appliance's realm, with a service account. */
  | { readonly kind: 'client'; readonly clientId: string; readonly clientSecret: () => Promise<string> };

export const kindsOf: Readonly<Record<Generation, readonly Account['kind'][]>> = {
  windows: ['windows', 'hypervisor'],
  appliance: ['password', 'client'],
};

/** Who starts tasks: `InitiatedBy`. */
export function userOf(account: Account): string {
  // Keycloak's name for the service account of a client; that a ZVM states it so is inferred (docs/zerto.md §1b).
  return account.kind === 'client' ? `service-account-${account.clientId.toLowerCase()}` : account.username;
}

export function secretOf(account: Account): Promise<string> {
  return account.kind === 'client' ? account.clientSecret() : account.password();
}

/** A ZVM may state an account with or without its domain. */
export function sameAccount(a: string, b: string): boolean {
  return bare(a) === bare(b);
}

function bare(account: string): string {
  return account.replace(/^.*\\/, '').replace(/@.*$/, '').toLowerCase();
}
