import * as z from 'zod';
import type { Caller } from './caller.ts';
import { NotFound, ZvmError } from './errors.ts';
import type { HttpRequest } from './http-request.ts';
import { segment } from './paths.ts';
import { get } from './reading.ts';
import type { ApplyOptions, Applied, Planned } from './settings/apply.ts';
import type { CommitEnd, CommitOptions } from './settings/commit.ts';
import type { Desired } from './settings/desired.ts';
import type { SettingsDocument } from './settings-types.ts';
import type { Call, EffectCall } from './types.ts';
import { settingsExports, type SettingsExports } from './vpg-settings-exports.ts';
import {
  settingsPart,
  settingsVms,
  type SettingsParts,
  type SettingsPart,
  type SettingsVms,
} from './vpg-settings-parts.ts';
import { identifierWire } from './wire.ts';
import { settingsWire } from './wire-settings.ts';

/** What a new settings object begins with. */
export type SettingsOrigin =
  /** A new VPG. */
  | Readonly<Record<string, never>>
  /** An existing VPG. `repopulate`: its VMs are read anew from the hypervisor (10.x). */
  | { readonly vpgId: string; readonly repopulate?: boolean }
  | { readonly document: SettingsDocument };

/**
 * Settings of VPGs (docs/zerto.md §3). An object lives in the ZVM's memory: it is gone after its commit, its session or
 * 30 idle minutes.
 */
export interface VpgSettings {
  /** A new object; gives its own id, which is not the VPG's. */
  create(origin: SettingsOrigin, call?: Pick<Call, 'signal'>): Promise<string>;
  /** An object for a new VPG that begins with another's settings; gives its id. */
  copy(vpgId: string, call?: Pick<Call, 'signal'>): Promise<string>;
  /** Only the objects that are in memory now: mostly none. */
  list(call?: Call): Promise<SettingsDocument[]>;
  get(settingsId: string, call?: Call): Promise<SettingsDocument>;
  /** PUT of the whole object. */
  put(settingsId: string, document: SettingsDocument, call?: Pick<Call, 'signal'>): Promise<void>;
  /** `Low`, `Medium`, `High`. */
  priority(settingsId: string, call?: Call): Promise<string>;
  /** One part by its own path. */
  part<P extends keyof SettingsParts>(settingsId: string, part: P): SettingsPart<SettingsParts[P]>;
  /** Long-term retention for an object that has none: POST, where `part(id, 'ltr').put` changes what is there. */
  addRetention(
    settingsId: string,
    retention: NonNullable<SettingsParts['ltr']>,
    call?: Pick<Call, 'signal'>,
  ): Promise<void>;
  vms(settingsId: string): SettingsVms;
  /** No error when it is already gone. */
  delete(settingsId: string, call?: Pick<Call, 'signal'>): Promise<void>;
  /** The task id. */
  commit(settingsId: string, call: EffectCall): Promise<string>;

  /** Reads a VPG's settings and leaves no settings object behind (POST, GET, DELETE). */
  read(vpgId: string, call?: Call): Promise<SettingsDocument>;
  readonly exports: SettingsExports;

  /**
   * Brings a VPG to what `desired` names, by names; makes it where there is none. It is the state that counts, not the
   * call: a repeat of what is done already changes nothing. Leaves no settings object behind.
   * @throws NameNotFound, NameAmbiguous, SettingsRefused with nothing sent; SettingsFailed, SettingsLost; any ZvmError
   */
  apply(desired: Desired, options: ApplyOptions): Promise<Applied>;
  /** What `apply` would change; reads only. */
  plan(desired: Desired, call?: Pick<Call, 'signal'>): Promise<Planned>;
  /** Puts a whole document in the place of a VPG's settings, as one that was read before. */
  replace(vpgId: string, document: SettingsDocument, options: CommitOptions): Promise<CommitEnd>;
}

/** What one object is, and what apply builds upon. */
export type SettingsObjects = Omit<VpgSettings, 'apply' | 'plan' | 'replace'>;

/** @param own ids of the objects that this client has made and not deleted, shared by its limited clients */
export function createSettingsObjects(caller: Caller, own: Set<string>): SettingsObjects {
  const pathOf = (settingsId: string) => `vpgSettings/${segment(settingsId)}`;
  const objects: SettingsObjects = {
    create: (origin, call) => createObject(caller, own, origin, call),
    async copy(vpgId, { signal } = {}) {
      const body = { VpgIdentifier: vpgId };
      const request: HttpRequest = { method: 'POST', path: 'vpgSettings/copyVpgSettings', body, signal };
      return makeObject(caller, own, request, undefined);
    },
    list: call => caller.read(get('vpgSettings', call), z.array(settingsWire)),
    get: (settingsId, call) => caller.read(get(pathOf(settingsId), call), settingsWire),
    put: (settingsId, document, { signal } = {}) =>
      caller.send({ method: 'PUT', path: pathOf(settingsId), body: document, signal }),
    priority: (settingsId, call) => caller.read(get(`${pathOf(settingsId)}/priority`, call), z.string()),
    part: (settingsId, part) => settingsPart(caller, pathOf(settingsId), part),
    addRetention: (settingsId, retention, { signal } = {}) =>
      caller.send({ method: 'POST', path: `${pathOf(settingsId)}/ltr`, body: retention, signal }),
    vms: settingsId => settingsVms(caller, pathOf(settingsId)),
    async delete(settingsId, { signal } = {}) {
      try {
        await caller.send({ method: 'DELETE', path: pathOf(settingsId), signal });
      } catch (error) {
        if (!(error instanceof NotFound)) throw error;
      }
      own.delete(settingsId);
    },
    async commit(settingsId, { signal, notAfter }) {
      const path = `${pathOf(settingsId)}/commit`;
      const task = await caller.read({ method: 'POST', path, signal, notAfter }, identifierWire);
      own.delete(settingsId);
      return task;
    },
    read: (vpgId, call) => readThrough(objects, { vpgId }, call),
    exports: settingsExports(caller),
  };
  return objects;
}

/**
 * Reads what a new object begins with, and deletes it again. One that vanished before it was read (its session ended, the
 * ZVM started anew) is made anew.
 */
export async function readThrough(
  objects: Pick<SettingsObjects, 'create' | 'get' | 'delete'>,
  origin: SettingsOrigin,
  call: Call = {},
): Promise<SettingsDocument> {
  for (let attempt = 1; ; attempt++) {
    const settingsId = await objects.create(origin, call);
    try {
      return await objects.get(settingsId, call);
    } catch (error) {
      if (!(error instanceof NotFound) || attempt === readings) throw error;
    } finally {
      await discard(objects, settingsId);
    }
  }
}

const readings = 3;

async function createObject(
  caller: Caller,
  own: Set<string>,
  origin: SettingsOrigin,
  { signal }: Pick<Call, 'signal'> = {},
): Promise<string> {
  const vpgId = 'vpgId' in origin ? origin.vpgId : undefined;
  const body = 'document' in origin ? origin.document : vpgId === undefined ? {} : { VpgIdentifier: vpgId };
  const query = 'repopulate' in origin ? { repopulateSettings: String(origin.repopulate) } : {};
  return makeObject(caller, own, { method: 'POST', path: 'vpgSettings', query, body, signal }, vpgId);
}

/** @param vpgId undefined: the object will be of no VPG yet */
async function makeObject(
  caller: Caller,
  own: Set<string>,
  request: HttpRequest,
  vpgId: string | undefined,
): Promise<string> {
  caller.check(request);
  const before = await idsThere(caller, request.signal);
  try {
    const id = await caller.read(request, identifierWire);
    own.add(id);
    return id;
  } catch (error) {
    if (error instanceof ZvmError && error.happened !== 'no' && before !== undefined)
      await deleteLost(caller, new Set([...before, ...own]), vpgId);
    throw error;
  }
}

/** Undefined: the ZVM does not tell. Then a lost object is left to die by itself, as it cannot be known. */
async function idsThere(caller: Caller, signal: AbortSignal | undefined): Promise<string[] | undefined> {
  try {
    const objects = await caller.read(get('vpgSettings', { ...(signal && { signal }) }), z.array(settingsWire));
    return objects.map(({ VpgSettingsIdentifier }) => VpgSettingsIdentifier ?? '');
  } catch (error) {
    if (error instanceof ZvmError) return undefined;
    throw error;
  }
}

/**
 * The answer that told a new object's id was lost. If the ZVM holds exactly one object of this VPG that was not there
 * before, it is that one, and goes; else it dies by itself in 30 minutes.
 */
async function deleteLost(caller: Caller, known: ReadonlySet<string>, vpgId = ''): Promise<void> {
  const signal = AbortSignal.timeout(discardMs);
  try {
    const objects = await caller.read(get('vpgSettings', { signal }), z.array(settingsWire));
    const lost = objects.filter(
      ({ VpgIdentifier, VpgSettingsIdentifier }) =>
        (VpgIdentifier ?? '') === vpgId && !known.has(VpgSettingsIdentifier ?? ''),
    );
    const [one, second] = lost.map(({ VpgSettingsIdentifier }) => VpgSettingsIdentifier ?? '');
    if (one === undefined || one === '' || second !== undefined) return;
    await caller.send({ method: 'DELETE', path: `vpgSettings/${segment(one)}`, signal });
  } catch {
    // Nothing hangs on it: what counts is the error that led here.
  }
}

const discardMs = 10_000;

/**
 * Deletes without the caller's signal: an ended reading must not leave the object behind (above a hundred of them a ZVM's
 * export fails). A second failure is let go, since the object dies by itself and what was read is right.
 */
export async function discard(objects: Pick<SettingsObjects, 'delete'>, settingsId: string): Promise<void> {
  for (let attempt = 1; attempt <= 2; attempt++) {
    try {
      await objects.delete(settingsId, { signal: AbortSignal.timeout(discardMs) });
      return;
    } catch (error) {
      if (!(error instanceof ZvmError && error.retryable)) return;
    }
  }
}
