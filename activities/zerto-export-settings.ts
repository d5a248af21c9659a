import type { Evidence } from '../actions/call.ts';
import type { Json, JsonMap } from '../actions/json.ts';
import type { SettingsDocument } from '../zerto/settings-types.ts';
import { canonicalJson, sha256 } from './canonical-json.ts';
import { assertRecoversHere } from './direction.ts';
import { spellList } from './spell.ts';
import { reachOf, type Implementation } from './surroundings.ts';

/** Of all settings together, bytes: Temporal refuses a result of more than 2 MiB. */
const evidenceBytes = 1_000_000;

/**
 * Reads the settings of VPGs into the report, one VPG after the other: each reading makes a settings object at the ZVM and
 * removes it. What the report cannot hold is told, and is in the hash all the same.
 */
export const exportSettings: Implementation<'zerto/export-settings'> = async (call, context) => {
  const { signal } = context;
  const zvm = await context.sites.zvm(call.site, reachOf(call));
  const names = [...new Set(call.with.vpgs)].sort();
  const all: Record<string, JsonMap> = {};
  for (const { name, id } of await assertRecoversHere(zvm, call, names, context)) {
    all[name] = lasting(await zvm.vpgSettings.read(id, { signal }));
  }
  const { evidence, left } = boundEvidence(all, evidenceBytes);
  return {
    outputs: { exported: names.filter(name => !left.includes(name)), sha256: sha256(canonicalJson(all)) },
    evidence,
    ...(left.length > 0 && {
      told: [`the report does not hold so much: of ${spellList(left)} it has only the SHA-256 of the settings`],
    }),
  };
};

/** Without the identifier of the object that was read: it is another one each time. */
function lasting({ VpgSettingsIdentifier: _, ...document }: SettingsDocument): JsonMap {
  return JSON.parse(JSON.stringify(document)) as JsonMap;
}

/** Parameters of scripts hold passwords often enough that no history and no report may have them. */
function maskParameters(value: Json): Json {
  if (Array.isArray(value)) return value.map(item => maskParameters(item as Json));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, isParameters(key, inner) ? '…' : maskParameters(inner)]),
  );
}

const isParameters = (key: string, value: unknown): boolean =>
  key === 'Parameters' && typeof value === 'string' && value.trim() !== '';

/** As many VPGs as fit, without parameters of scripts. The hash is of all of the settings as canonical JSON. */
export function boundEvidence(
  all: Readonly<Record<string, JsonMap>>,
  bytes: number,
): { readonly evidence: Evidence[]; readonly left: string[] } {
  const left: string[] = [];
  let size = 0;
  const evidence = Object.entries(all).map(([vpg, settings]): Evidence => {
    const text = canonicalJson(settings);
    const length = Buffer.byteLength(text);
    const fits = size + length <= bytes;
    if (fits) size += length;
    else left.push(vpg);
    const seen: Json = { sha256: sha256(text), ...(fits && { settings: maskParameters(settings) }) };
    return { kind: 'observation', what: `settings of ${vpg}`, seen };
  });
  return { evidence, left };
}
