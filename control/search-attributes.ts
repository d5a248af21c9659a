import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { searchAttributes } from '../workflows/names.ts';
import type { Control } from './connection.ts';

export const searchAttributeNames: readonly string[] = Object.values(searchAttributes);

/**
 * Those of drillbook's that the namespace does not know. A run that sets one of them is refused, or wedged for ever, so it
 * is started without any. Where nobody can say, all are missing.
 */
export async function missingSearchAttributes(
  control: Pick<Control, 'client' | 'namespace'>,
): Promise<readonly string[]> {
  const known = await knownNames(control).catch(() => new Set<string>());
  return searchAttributeNames.filter(name => !known.has(name));
}

/** Temporal Cloud does not let everybody ask the operator's service; there a namespace tells its own names. */
async function knownNames({ client, namespace }: Pick<Control, 'client' | 'namespace'>): Promise<ReadonlySet<string>> {
  const { connection } = client;
  return await connection.withDeadline(Date.now() + 5_000, async () => {
    const { namespaceInfo, config } = await connection.workflowService.describeNamespace({ namespace });
    const aliases = Object.values(config?.customSearchAttributeAliases ?? {});
    if (searchAttributeNames.every(name => aliases.includes(name))) return new Set(aliases);
    const { customAttributes } = await operatorOf(connection).listSearchAttributes({
      namespace: namespaceInfo?.name ?? namespace,
    });
    return new Set(Object.keys(customAttributes));
  });
}

function operatorOf(connection: Control['client']['connection']) {
  return (connection as typeof connection & { operatorService: Operator }).operatorService;
}
interface Operator {
  listSearchAttributes(request: { namespace: string }): Promise<{ customAttributes: Record<string, unknown> }>;
}

/** What an administrator of the namespace types. */
export function howToRegister(missing: readonly string[], namespace: string): string {
  return missing
    .map(name => `temporal operator search-attribute create --namespace ${namespace} --name ${name} --type Keyword`)
    .join('\n');
}

/** By which Temporal finds a run; the verdict comes with its end. */
export function attributesOf(facts: {
  readonly name: string;
  readonly mode: string;
  readonly site: string;
  readonly requester: string;
}): SearchAttributePair[] {
  const pair = (name: string, value: string) => ({ key: defineSearchAttributeKey(name, 'KEYWORD'), value });
  return [
    pair(searchAttributes.runbook, facts.name),
    pair(searchAttributes.mode, facts.mode),
    pair(searchAttributes.site, facts.site),
    pair(searchAttributes.requester, facts.requester),
  ];
}
