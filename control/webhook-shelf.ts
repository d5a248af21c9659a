import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compile } from '../compiler/compile.ts';
import { type ReadDelivery, readDelivery } from '../compiler/triggers/delivery.ts';
import type { Mode } from '../actions/contract.ts';
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
 * Gives the webhooks that name an entry of `triggers`, of every runbook below the project's folder as it stands now. A file is
 * compiled when it is another than before: whoever delivers waits only some seconds. Mistakes of a runbook are told as it is started.
 */
export function createWebhookShelf(project: string): (from: string) => Promise<readonly ShelvedWebhook[]> {
  let shelf = new Map<string, Shelved>();
  return async from => {
    const next = new Map<string, Shelved>();
    const runbooks = await listRunbooks(project);
    for (const { name, file } of runbooks) {
      const text = await readFile(join(project, file), 'utf8').catch(() => '');
      const before = shelf.get(file);
      next.set(file, before?.text === text ? before : shelve(name, file, text));
    }
    shelf = next;
    return [...next.values()].flatMap(({ webhooks }) =>
      webhooks
        .filter(webhook => webhook.from === from)
        .map(webhook => {
          const files = runbooks.filter(({ name }) => name === webhook.runbook).map(({ file }) => file);
          return files.length === 1 ? webhook : { ...webhook, twins: whyTwins(webhook.runbook, files) };
        }),
    );
  };
}

/**
 * What a drillbook.yaml without mistakes lets come in, and no runbook beside or below it listens to: a sentence each. Slack starts what
 * people name.
 */
export async function unheardTriggers(configPath: string): Promise<readonly string[]> {
  const { triggers } = await loadConfig(configPath);
  const named = Object.entries(triggers).flatMap(([name, { kind }]) => (kind === 'slack' ? [] : [name]));
  if (named.length === 0) return [];
  const shelf = createWebhookShelf(dirname(configPath));
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
