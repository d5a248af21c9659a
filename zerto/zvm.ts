import type { Generation } from './accounts.ts';
import type { Alerts } from './alerts.ts';
import type { Events } from './events.ts';
import type { Reports } from './reports.ts';
import type { Server } from './server.ts';
import type { ServiceProfiles } from './service-profiles.ts';
import type { Sites } from './sites.ts';
import type { Tasks } from './tasks.ts';
import type { VirtualizationSites } from './virtualization-sites.ts';
import type { Vms } from './vms.ts';
import type { VpgSettings } from './vpg-settings.ts';
import type { Vpgs } from './vpgs.ts';
import type { Zorgs } from './zorgs.ts';
import type { AllowList } from './types.ts';

/**
 * Everything that a caller may want of one ZVM, by resource. The vendor's PascalCase and numeric enums end at the wire
 * schemas; here names are ours, times are ISO 8601 text as the ZVM's clock states them, enum values are the vendor's
 * words (an unknown number stays as `#42`), and `raw` is the object as it came. One session a client; safe to share.
 */
export interface Zvm {
  /** The name in drillbook.yaml; it stands in every error. */
  readonly site: string;
  /** The account's user name; `InitiatedBy` of the tasks that it starts. */
  readonly account: string;
  /** Ensures a session. Sends nothing when one is known to be alive. */
  signIn(): Promise<void>;
  /** Ends the session; never throws. */
  signOut(): Promise<void>;
  /** What kind of ZVM it is; known from the first sign-in on. */
  generation(): Generation | undefined;
  /** The same ZVM and session, with calls limited to an allow-list; a call outside it throws NotAllowed, nothing is sent. */
  limitedTo(rules: AllowList): Zvm;

  readonly vpgs: Vpgs;
  readonly vpgSettings: VpgSettings;
  readonly tasks: Tasks;
  readonly virtualizationSites: VirtualizationSites;
  readonly vms: Vms;
  readonly alerts: Alerts;
  readonly events: Events;
  readonly sites: Sites;
  readonly reports: Reports;
  readonly zorgs: Zorgs;
  readonly serviceProfiles: ServiceProfiles;
  readonly server: Server;
}
