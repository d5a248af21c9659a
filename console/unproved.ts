import { whyOutOfScope } from '../actions/key-scopes.ts';
import { type Config, resolveSecret } from '../control/config/config.ts';
import { publicHalfOf } from '../control/signing.ts';

/** Why workers will not believe what this console says of people, for its log; undefined: they will. */
export async function whyUnproved(config: Config, base: string): Promise<string | undefined> {
  const { 'decision-key': name, keys } = config.identity;
  if (name === undefined)
    return 'Nothing signs what people decide here: identity.decision-key of drillbook.yaml names no key, so their names count as unverified ("drillbook keys new console --person nobody --for starts,decisions" makes one).';
  try {
    const listed = publicHalfOf(await resolveSecret(config, name, base), name);
    const found = keys.find(key => key.public === listed);
    if (found === undefined)
      return `Workers do not know the key that signs here. Put this under identity.keys of drillbook.yaml: - { id: console, for: [starts, decisions], public: "${listed}" }`;
    const outOfScope = whyOutOfScope(found, 'start') ?? whyOutOfScope(found, 'vote');
    if (outOfScope !== undefined) return `Workers will not believe all that people do here: ${outOfScope}.`;
    if (found.person === undefined) return undefined;
    return `The key ${found.id} signs for ${found.person} alone: list the console's without a person (identity.keys of drillbook.yaml).`;
  } catch (error) {
    if (error instanceof Error && (error.name === 'KeyRefused' || error.name === 'SecretUnreadable'))
      return `Nothing signs what people decide here: ${error.message}`;
    throw error;
  }
}
