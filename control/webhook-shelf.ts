import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compile } from '../compiler/compile.ts';
import { type ReadDelivery, readDelivery } from '../compiler/triggers/delivery.ts';
import type { Mode } from '../actions/contract.ts';
import { isLiveMode } from '../actions/modes.ts';
import type { Json } from '../actions/json.ts';
import { loadConfig } from './config/config.ts';
import { listRunbooks, whyTwins } from './runbook-files.ts';

/** A webhook of a runbook of the project. */
export interface ShelvedWebhook {
  readonly runbook: string;
  readonly name: string;
  readonly mode: Mode;
  /** Why it starts nothing: another file has the runbook's name. */
  readonly twins?: string;
  /** What it makes of what came in. */
  readonly read: (payload: Json) => ReadDelivery;
}

interface Shelved {
  readonly text: string;
  readonly webhooks: readonly (ShelvedWebhook & { readonly from: string })[];
}

/**
 * Gives the webhooks that name an entry of `triggers`, of every runbook below the project's folder as it stands now; those of live modes as
 * they were `published` (text by runbook), where they were. A text is compiled when it is another than before: whoever delivers waits
 * only some seconds. Mistakes of a runbook are told as it is started.
 */
export function createWebhookShelf(
  project: string,
  published: () => Promise<ReadonlyMap<string, string>> = () => Promise.resolve(new Map()),
): (from: string) => Promise<readonly ShelvedWebhook[]> {
  let shelf = new Map<string, Shelved>();
  return async from => {
    const next = new Map<string, Shelved>();
    const put = (key: string, runbook: string, file: string, text: string): Shelved['webhooks'] => {
      const before = shelf.get(key);
      const shelved = before?.text === text ? before : shelve(runbook, file, text);
      next.set(key, shelved);
      return shelved.webhooks;
    };
    const [runbooks, versions] = await Promise.all([listRunbooks(project), published()]);
    const found: Shelved['webhooks'][number][] = [];
    for (const { name, file } of runbooks) {
      const text = await readFile(join(project, file), 'utf8').catch(() => '');
      const files = runbooks.filter(each => each.name === name).map(each => each.file);
      // What runs by the version is of one name, whatever lies about.
      const isByFile = ({ mode }: ShelvedWebhook): boolean => !versions.has(name) || !isLiveMode(mode);
      const twins = files.length === 1 ? {} : { twins: whyTwins(name, files) };
      found.push(
        ...put(file, name, file, text)
          .filter(isByFile)
          .map(webhook => ({ ...webhook, ...twins })),
      );
      const version = versions.get(name);
      if (version !== undefined && files[0] === file)
        found.push(...put(`${name}@`, name, file, version).filter(webhook => !isByFile(webhook)));
    }
    shelf = next;
    return found.filter(webhook => webhook.from === from);
  };
}

/**
 * What a drillbook.yaml without mistakes lets come in, and no runbook below the project's folder listens to: a sentence each. Slack
 * starts what people name. `project`: as the console has it (`--project`); default: the folder of drillbook.yaml.
 */
export async function unheardTriggers(
  configPath: string,
  project: string = dirname(configPath),
): Promise<readonly string[]> {
  const { triggers } = await loadConfig(configPath);
  const named = Object.entries(triggers).flatMap(([name, { kind }]) => (kind === 'slack' ? [] : [name]));
  if (named.length === 0) return [];
  const shelf = createWebhookShelf(project);
  const unheard: string[] = [];
  for (const name of named) if ((await shelf(name)).length === 0) unheard.push(name);
  return unheard.map(
    name => `Nothing listens to the trigger ${name} of drillbook.yaml: no runbook has a webhook "from: ${name}".`,
  );
}

function shelve(runbook: string, file: string, text: string): Shelved {
  // What the file itself says of its triggers needs neither drillbook.yaml nor the files that it calls.
  const { triggers, inputs = [] } = (/\bwebhook\b/.test(text) ? compile({ file, text }).runbook : undefined) ?? {};
  const webhooks = (triggers?.webhooks ?? []).map(webhook => ({
    ...{ runbook, name: webhook.name, mode: webhook.mode.value, from: webhook.from.value },
    read: (payload: Json) => readDelivery(webhook, payload, inputs),
  }));
  return { text, webhooks };
}
