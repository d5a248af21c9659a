import type { Caller } from '../control/access/caller.ts';
import type { Audit } from '../control/audit.ts';
import type { Config } from '../control/config/config.ts';
import type { Control } from '../control/connection.ts';
import type { Sign } from '../control/say.ts';

/** Who does it, and from where. */
export interface Who {
  readonly caller: Caller;
  readonly address: string;
}

/** What the deeds need of the console. */
export interface DeedsPlace {
  readonly control: Control;
  readonly configPath: string;
  readonly project: string;
  readonly readConfig: () => Promise<Config>;
  readonly audit: Audit;
  /** Signs as the console for whom it names; undefined: drillbook.yaml names no decision key. Throws KeyRefused, SecretUnreadable. */
  readonly signer: (config: Config, caller: Caller) => Promise<Sign | undefined>;
  /** Of a run, for reports. */
  readonly urlOf: (run: string) => string;
}
