import type { Caller } from './caller.ts';
import { NotFound, ZvmError } from './errors.ts';
import { segment } from './paths.ts';
import type { Call, EffectCall, SettingsDocument } from './types.ts';
import { identifierWire } from './wire.ts';
import { settingsWire } from './wire-settings.ts';

// A settings object lives in the ZVM's memory: it is gone after its commit, its session or 30 idle minutes (docs/zerto.md §3).

/** A settings object of an existing VPG; gives its own id. */
export function createSettings(caller: Caller, vpgId: string, { signal }: Call = {}): Promise<string> {
  const body = { VpgIdentifier: vpgId };
  return caller.read({ method: 'POST', path: 'vpgSettings', body, signal }, identifierWire);
}

export function getSettings(caller: Caller, settingsId: string, { signal }: Call = {}): Promise<SettingsDocument> {
  return caller.read({ method: 'GET', path: `vpgSettings/${segment(settingsId)}`, signal }, settingsWire);
}

export function putSettings(
  caller: Caller,
  settingsId: string,
  document: SettingsDocument,
  { signal }: Call = {},
): Promise<void> {
  return caller.send({ method: 'PUT', path: `vpgSettings/${segment(settingsId)}`, body: document, signal });
}

export function addSettingsVm(
  caller: Caller,
  settingsId: string,
  vmIdentifier: string,
  { signal }: Call = {},
): Promise<void> {
  const path = `vpgSettings/${segment(settingsId)}/vms`;
  return caller.send({ method: 'POST', path, body: { VmIdentifier: vmIdentifier }, signal });
}

/** No error when it is already gone. */
export async function deleteSettings(caller: Caller, settingsId: string, { signal }: Call = {}): Promise<void> {
  try {
    await caller.send({ method: 'DELETE', path: `vpgSettings/${segment(settingsId)}`, signal });
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
}

/** Gives the task's id. */
export function commitSettings(caller: Caller, settingsId: string, options: EffectCall): Promise<string> {
  const { signal, notAfter } = options;
  const path = `vpgSettings/${segment(settingsId)}/commit`;
  return caller.read({ method: 'POST', path, signal, notAfter }, identifierWire);
}

/** Reads a VPG's settings by a settings object that is deleted again. */
export async function readSettings(caller: Caller, vpgId: string, call: Call = {}): Promise<SettingsDocument> {
  const settingsId = await createSettings(caller, vpgId, call);
  try {
    return await getSettings(caller, settingsId, call);
  } finally {
    await discard(caller, settingsId);
  }
}

/**
 * Deletes without the caller's signal: an ended reading must not leave the object behind (above a hundred of them a ZVM's
 * export fails). A second failure is let go, since the object dies by itself and what was read is right.
 */
async function discard(caller: Caller, settingsId: string): Promise<void> {
  for (let attempt = 1; attempt <= 2; attempt++) {
    try {
      await deleteSettings(caller, settingsId);
      return;
    } catch (error) {
      if (!(error instanceof ZvmError && error.retryable)) return;
    }
  }
}
