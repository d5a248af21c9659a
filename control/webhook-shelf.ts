import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compile } from '../compiler/compile.ts';
import { type ReadDelivery, readDelivery } from '../compiler/triggers/delivery.ts';
import type { Mode } from '../actions/contract.ts';
import type { Json } from '../actions/json.ts';
import { listRunbooks } from './runbook-files.ts';

/** A webhook of a runbook of the project. */
export interface ShelvedWebhook {
  readonly runbook: string;
  /** From the project's folder. */
  readonly file: string;
  readonly name: string;
  readonly mode: Mode;
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
    for (const { name, file } of await listRunbooks(project)) {
      const text = await readFile(join(project, file), 'utf8').catch(() => '');
      const before = shelf.get(file);
      next.set(file, before?.text === text ? before : shelve(name, file, text));
    }
    shelf = next;
    return [...next.values()].flatMap(({ webhooks }) => webhooks.filter(webhook => webhook.from === from));
  };
}

function shelve(runbook: string, file: string, text: string): Shelved {
  // What the file itself says of its triggers needs neither drillbook.yaml nor the files that it calls.
  const triggers = /\bwebhook\b/.test(text) ? compile({ file, text }).runbook?.triggers : undefined;
  const webhooks = (triggers?.webhooks ?? []).map(webhook => ({
    ...{ runbook, file, name: webhook.name, mode: webhook.mode.value, from: webhook.from.value },
    read: (payload: Json) => readDelivery(webhook, payload),
  }));
  return { text, webhooks };
}
