import { type Application, buildApplication, buildRouteMap, help, version } from '@stricli/core';
import type { CliContext } from './context.ts';
import { access } from './access.ts';
import { codecServer } from './codec-server.ts';
import { compile } from './compile.ts';
import { completion } from './completion.ts';
import { consoleCommand } from './console.ts';
import { abort, cancel, retry, skip } from './decide.ts';
import { demo } from './demo.ts';
import { dev } from './dev.ts';
import { doctor } from './doctor.ts';
import { commit, resume, rollBack } from './held.ts';
import { graph } from './graph.ts';
import { extend, pause } from './hand.ts';
import { init } from './init.ts';
import { config } from './config.ts';
import { keys } from './keys.ts';
import { leases } from './leases.ts';
import { library } from './library.ts';
import { lift } from './lift.ts';
import { login, whoami } from './login.ts';
import { pending } from './pending.ts';
import { plan } from './plan.ts';
import { publish } from './publish.ts';
import { report } from './report.ts';
import { run } from './run.ts';
import { runs } from './runs.ts';
import { schedule } from './schedule.ts';
import { schema } from './schema.ts';
import { simulator } from './simulator.ts';
import { texts } from './texts.ts';
import { validate } from './validate.ts';
import { readVersion } from './version.ts';
import { answer, approve, reject } from './vote.ts';
import { watch } from './watch.ts';
import { worker } from './worker.ts';

const formatting = {
  useAliasInUsageLine: false,
  onlyRequiredInUsageLine: false,
  caseStyle: 'convert-camel-to-kebab',
} as const;

/** The command `drillbook`. */
export const application: Application<CliContext> = buildApplication(
  buildRouteMap({
    routes: {
      ...{ demo, dev, init, validate, compile, graph, schema, plan, run, watch, report, retry, skip, abort, cancel },
      ...{ publish, library, lift },
      ...{ runs, pending, approve, reject, answer, commit, rollBack, pause, resume, extend, leases },
      ...{ schedule, simulator, worker, console: consoleCommand, codecServer, keys, login, whoami, access },
      ...{ config, doctor, completion },
    },
    docs: { brief: 'Disaster-recovery runbooks for Zerto, run as durable Temporal workflows' },
  }),
  {
    name: 'drillbook',
    scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
    localization: { text: texts },
  },
  {
    help: help({ brief: 'Print this help', formatting, defaultForRouteMap: true }),
    version: version({ brief: 'Print the version', info: { getCurrentVersion: () => Promise.resolve(readVersion()) } }),
  },
);
