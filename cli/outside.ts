import type * as consoleServer from '../console/console.ts';
import type * as codecServer from '../console/codec-server.ts';
import type * as compile from '../compiler/compile.ts';
import type * as decode from '../compiler/yaml/decode.ts';
import type * as encodeGithub from '../compiler/encode/github.ts';
import type * as encodeJson from '../compiler/encode/json.ts';
import type * as encodeSarif from '../compiler/encode/sarif.ts';
import type * as encodeText from '../compiler/encode/text.ts';
import type * as accessTable from '../control/access/access-table.ts';
import type * as consoleSecrets from '../control/access/console-secrets.ts';
import type * as loginRoom from '../control/access/login.ts';
import type * as makeTokenRoom from '../control/access/make-token.ts';
import type * as config from '../control/config/config.ts';
import type * as configCheck from '../control/config-check.ts';
import type * as otherConfig from '../control/other-config.ts';
import type * as webhookShelf from '../control/webhook-shelf.ts';
import type * as people from '../control/config/people.ts';
import type * as connection from '../control/connection.ts';
import type * as decisions from '../control/decisions.ts';
import type * as dryRun from '../control/dry-run.ts';
import type * as keys from '../control/keys.ts';
import type * as journal from '../control/journal.ts';
import type * as leases from '../control/leases.ts';
import type * as ownBundle from '../control/own-bundle.ts';
import type * as pending from '../control/pending.ts';
import type * as lastDrill from '../control/last-drill.ts';
import type * as lift from '../control/library/lift.ts';
import type * as publishRoom from '../control/library/publish.ts';
import type * as published from '../control/library/published.ts';
import type * as listed from '../control/library/listed.ts';
import type * as whyWithdrawnRoom from '../control/library/why-withdrawn.ts';
import type * as withdrawRoom from '../control/library/withdraw.ts';
import type * as calendarFiles from '../control/config/calendar-files.ts';
import type * as calendars from '../control/schedules/calendars.ts';
import type * as comingTimes from '../control/schedules/preview.ts';
import type * as scheduleApply from '../control/schedules/apply.ts';
import type * as scheduleCompare from '../control/schedules/compare.ts';
import type * as scheduleHand from '../control/schedules/hand.ts';
import type * as scheduleList from '../control/schedules/list.ts';
import type * as scheduleWanted from '../control/schedules/wanted.ts';
import type * as prepare from '../control/prepare.ts';
import type * as projectRoot from '../control/project-root.ts';
import type * as runbookFiles from '../control/runbook-files.ts';
import type * as runList from '../control/run-list.ts';
import type * as runs from '../control/runs.ts';
import type * as searchAttributes from '../control/search-attributes.ts';
import type * as signing from '../control/signing.ts';
import type * as startCheck from '../control/start-check.ts';
import type * as subRunbooks from '../control/sub-runbooks.ts';
import type * as unserved from '../control/unserved-queues.ts';
import type * as versions from '../control/versions.ts';
import type * as watch from '../control/watch.ts';
import type * as doctor from '../local/doctor.ts';
import type * as fromSite from '../local/live-scenario/from-site.ts';
import type * as stack from '../local/stack.ts';
import type * as simulator from '../simulator/server.ts';
import type * as worker from '../worker.ts';

type Promised<F extends (...args: never[]) => unknown> = (...args: Parameters<F>) => Promise<Awaited<ReturnType<F>>>;

/**
 * The other rooms, as the commands call them. Each is loaded when it is first called, so that `--help` and a mistyped flag answer at
 * once; and a test can put its own in their place.
 */
export interface Outside {
  readonly compile: Promised<typeof compile.compile>;
  readonly decode: Promised<typeof decode.decode>;
  readonly unreadable: Promised<typeof decode.unreadable>;
  readonly loadFrom: Promised<typeof subRunbooks.loadFrom>;
  readonly projectRootOf: Promised<typeof projectRoot.projectRootOf>;
  readonly encodeText: Promised<typeof encodeText.encodeText>;
  readonly encodeJson: Promised<typeof encodeJson.encodeJson>;
  readonly encodeSarif: Promised<typeof encodeSarif.encodeSarif>;
  readonly encodeGithub: Promised<typeof encodeGithub.encodeGithub>;
  readonly findConfig: Promised<typeof config.findConfig>;
  readonly readConfig: Promised<typeof config.readConfig>;
  readonly parseConfig: Promised<typeof config.parseConfig>;
  readonly configNames: Promised<typeof config.configNames>;
  readonly loadConfig: typeof config.loadConfig;
  readonly makeKey: typeof keys.makeKey;
  readonly rotateKey: typeof keys.rotateKey;
  readonly listKeys: typeof keys.listKeys;
  readonly readPeople: typeof people.readPeople;
  readonly prepare: typeof prepare.prepare;
  readonly preparePublished: typeof prepare.preparePublished;
  readonly publish: typeof publishRoom.publish;
  readonly findPublished: typeof published.findPublished;
  readonly showVersion: typeof published.showVersion;
  readonly listLibrary: typeof listed.listLibrary;
  readonly withdraw: typeof withdrawRoom.withdraw;
  readonly judgeWithdrawn: typeof whyWithdrawnRoom.judgeWithdrawn;
  readonly whyNotPublishedHere: typeof published.whyNotPublishedHere;
  readonly drilledWarning: typeof lastDrill.drilledWarning;
  readonly makeLift: Promised<typeof lift.makeLift>;
  readonly encodeLift: Promised<typeof lift.encodeLift>;
  readonly decodeLift: Promised<typeof lift.decodeLift>;
  readonly newRunId: Promised<typeof runs.newRunId>;
  readonly connect: typeof connection.connect;
  readonly checkLive: typeof configCheck.checkLive;
  readonly findOtherConfig: typeof otherConfig.findOtherConfig;
  readonly refuseOtherConfig: typeof otherConfig.refuseOtherConfig;
  readonly unheardTriggers: typeof webhookShelf.unheardTriggers;
  readonly listRuns: typeof runList.listRuns;
  readonly missingSearchAttributes: typeof searchAttributes.missingSearchAttributes;
  readonly startRun: typeof runs.startRun;
  readonly cancelRun: typeof runs.cancelRun;
  readonly answerRun: typeof runs.answerRun;
  readonly vote: typeof decisions.vote;
  readonly report: typeof decisions.report;
  readonly decide: typeof decisions.decide;
  readonly pauseRun: typeof decisions.pauseRun;
  readonly resumeRun: typeof decisions.resumeRun;
  readonly extendRun: typeof decisions.extendRun;
  readonly abortRun: typeof decisions.abortRun;
  readonly rollBackRun: typeof decisions.rollBackRun;
  readonly signWith: typeof signing.signWith;
  readonly pendingOfRun: typeof pending.pendingOfRun;
  readonly pendingOfAll: typeof pending.pendingOfAll;
  readonly listLeases: typeof leases.listLeases;
  readonly adoptOpening: typeof leases.adoptOpening;
  readonly endOpening: typeof leases.endOpening;
  readonly whyNotStart: Promised<typeof startCheck.whyNotStart>;
  readonly warningsAtStart: Promised<typeof startCheck.warningsAtStart>;
  readonly pollingWorkers: typeof runs.pollingWorkers;
  readonly unservedQueues: typeof unserved.unservedQueues;
  readonly watchRun: typeof watch.watchRun;
  readonly dryRun: typeof dryRun.dryRun;
  readonly readJournal: typeof journal.readJournal;
  readonly startStack: typeof stack.startStack;
  readonly examineMachine: typeof doctor.examineMachine;
  readonly startSimulator: typeof simulator.startSimulator;
  readonly scenarioFromSite: typeof fromSite.scenarioFromSite;
  readonly startCodecServer: typeof codecServer.startCodecServer;
  readonly accessTable: Promised<typeof accessTable.accessTable>;
  readonly makeToken: Promised<typeof makeTokenRoom.makeToken>;
  readonly loginFile: Promised<typeof loginRoom.loginFile>;
  readonly keepLogin: typeof loginRoom.keepLogin;
  readonly readLogin: typeof loginRoom.readLogin;
  readonly whoAmIAt: typeof loginRoom.whoAmIAt;
  readonly withConsole: typeof consoleSecrets.withConsole;
  readonly listRunbooks: typeof runbookFiles.listRunbooks;
  readonly startConsole: typeof consoleServer.startConsole;
  readonly startWorker: typeof worker.startWorker;
  readonly readBundle: typeof ownBundle.readBundle;
  readonly readVersions: typeof versions.readVersions;
  readonly promote: typeof versions.promote;
  readonly readWanted: typeof scheduleWanted.readWanted;
  readonly compareSchedules: typeof scheduleCompare.compareSchedules;
  readonly applyChanges: typeof scheduleApply.applyChanges;
  readonly listSchedules: typeof scheduleList.listSchedules;
  readonly pauseSchedule: typeof scheduleHand.pauseSchedule;
  readonly resumeSchedule: typeof scheduleHand.resumeSchedule;
  readonly triggerSchedule: typeof scheduleHand.triggerSchedule;
  readonly readCalendars: typeof calendars.readCalendars;
  readonly checkCalendarFiles: typeof calendarFiles.checkCalendarFiles;
  readonly comingTimes: Promised<typeof comingTimes.comingTimes>;
}

export const outside: Outside = {
  compile: async (...args) => (await import('../compiler/compile.ts')).compile(...args),
  decode: async (...args) => (await import('../compiler/yaml/decode.ts')).decode(...args),
  unreadable: async (...args) => (await import('../compiler/yaml/decode.ts')).unreadable(...args),
  loadFrom: async (...args) => (await import('../control/sub-runbooks.ts')).loadFrom(...args),
  projectRootOf: async (...args) => (await import('../control/project-root.ts')).projectRootOf(...args),
  encodeText: async (...args) => (await import('../compiler/encode/text.ts')).encodeText(...args),
  encodeJson: async (...args) => (await import('../compiler/encode/json.ts')).encodeJson(...args),
  encodeSarif: async (...args) => (await import('../compiler/encode/sarif.ts')).encodeSarif(...args),
  encodeGithub: async (...args) => (await import('../compiler/encode/github.ts')).encodeGithub(...args),
  findConfig: async (...args) => (await import('../control/config/config.ts')).findConfig(...args),
  readConfig: async (...args) => (await import('../control/config/config.ts')).readConfig(...args),
  parseConfig: async (...args) => (await import('../control/config/config.ts')).parseConfig(...args),
  configNames: async (...args) => (await import('../control/config/config.ts')).configNames(...args),
  loadConfig: async (...args) => (await import('../control/config/config.ts')).loadConfig(...args),
  makeKey: async (...args) => (await import('../control/keys.ts')).makeKey(...args),
  rotateKey: async (...args) => (await import('../control/keys.ts')).rotateKey(...args),
  listKeys: async (...args) => (await import('../control/keys.ts')).listKeys(...args),
  readPeople: async (...args) => (await import('../control/config/people.ts')).readPeople(...args),
  prepare: async (...args) => (await import('../control/prepare.ts')).prepare(...args),
  preparePublished: async (...args) => (await import('../control/prepare.ts')).preparePublished(...args),
  publish: async (...args) => (await import('../control/library/publish.ts')).publish(...args),
  findPublished: async (...args) => (await import('../control/library/published.ts')).findPublished(...args),
  showVersion: async (...args) => (await import('../control/library/published.ts')).showVersion(...args),
  listLibrary: async (...args) => (await import('../control/library/listed.ts')).listLibrary(...args),
  withdraw: async (...args) => (await import('../control/library/withdraw.ts')).withdraw(...args),
  judgeWithdrawn: async (...args) => (await import('../control/library/why-withdrawn.ts')).judgeWithdrawn(...args),
  whyNotPublishedHere: async (...args) =>
    (await import('../control/library/published.ts')).whyNotPublishedHere(...args),
  drilledWarning: async (...args) => (await import('../control/last-drill.ts')).drilledWarning(...args),
  makeLift: async (...args) => (await import('../control/library/lift.ts')).makeLift(...args),
  encodeLift: async (...args) => (await import('../control/library/lift.ts')).encodeLift(...args),
  decodeLift: async (...args) => (await import('../control/library/lift.ts')).decodeLift(...args),
  newRunId: async (...args) => (await import('../control/runs.ts')).newRunId(...args),
  connect: async (...args) => (await import('../control/connection.ts')).connect(...args),
  unheardTriggers: async (...args) => (await import('../control/webhook-shelf.ts')).unheardTriggers(...args),
  checkLive: async (...args) => (await import('../control/config-check.ts')).checkLive(...args),
  findOtherConfig: async (...args) => (await import('../control/other-config.ts')).findOtherConfig(...args),
  refuseOtherConfig: async (...args) => (await import('../control/other-config.ts')).refuseOtherConfig(...args),
  listRuns: async (...args) => (await import('../control/run-list.ts')).listRuns(...args),
  missingSearchAttributes: async (...args) =>
    (await import('../control/search-attributes.ts')).missingSearchAttributes(...args),
  startRun: async (...args) => (await import('../control/runs.ts')).startRun(...args),
  answerRun: async (...args) => (await import('../control/runs.ts')).answerRun(...args),
  cancelRun: async (...args) => (await import('../control/runs.ts')).cancelRun(...args),
  vote: async (...args) => (await import('../control/decisions.ts')).vote(...args),
  report: async (...args) => (await import('../control/decisions.ts')).report(...args),
  decide: async (...args) => (await import('../control/decisions.ts')).decide(...args),
  pauseRun: async (...args) => (await import('../control/decisions.ts')).pauseRun(...args),
  resumeRun: async (...args) => (await import('../control/decisions.ts')).resumeRun(...args),
  extendRun: async (...args) => (await import('../control/decisions.ts')).extendRun(...args),
  abortRun: async (...args) => (await import('../control/decisions.ts')).abortRun(...args),
  rollBackRun: async (...args) => (await import('../control/decisions.ts')).rollBackRun(...args),
  signWith: async (...args) => (await import('../control/signing.ts')).signWith(...args),
  pendingOfRun: async (...args) => (await import('../control/pending.ts')).pendingOfRun(...args),
  pendingOfAll: async (...args) => (await import('../control/pending.ts')).pendingOfAll(...args),
  listLeases: async (...args) => (await import('../control/leases.ts')).listLeases(...args),
  adoptOpening: async (...args) => (await import('../control/leases.ts')).adoptOpening(...args),
  endOpening: async (...args) => (await import('../control/leases.ts')).endOpening(...args),
  whyNotStart: async (...args) => (await import('../control/start-check.ts')).whyNotStart(...args),
  warningsAtStart: async (...args) => (await import('../control/start-check.ts')).warningsAtStart(...args),
  pollingWorkers: async (...args) => (await import('../control/runs.ts')).pollingWorkers(...args),
  unservedQueues: async (...args) => (await import('../control/unserved-queues.ts')).unservedQueues(...args),
  watchRun: async function* (...args) {
    yield* (await import('../control/watch.ts')).watchRun(...args);
  },
  dryRun: async (...args) => (await import('../control/dry-run.ts')).dryRun(...args),
  readJournal: async (...args) => (await import('../control/journal.ts')).readJournal(...args),
  startStack: async (...args) => (await import('../local/stack.ts')).startStack(...args),
  examineMachine: async (...args) => (await import('../local/doctor.ts')).examineMachine(...args),
  startSimulator: async (...args) => (await import('../simulator/server.ts')).startSimulator(...args),
  scenarioFromSite: async (...args) => (await import('../local/live-scenario/from-site.ts')).scenarioFromSite(...args),
  startCodecServer: async (...args) => (await import('../console/codec-server.ts')).startCodecServer(...args),
  accessTable: async (...args) => (await import('../control/access/access-table.ts')).accessTable(...args),
  makeToken: async (...args) => (await import('../control/access/make-token.ts')).makeToken(...args),
  loginFile: async (...args) => (await import('../control/access/login.ts')).loginFile(...args),
  keepLogin: async (...args) => (await import('../control/access/login.ts')).keepLogin(...args),
  readLogin: async (...args) => (await import('../control/access/login.ts')).readLogin(...args),
  whoAmIAt: async (...args) => (await import('../control/access/login.ts')).whoAmIAt(...args),
  withConsole: async (...args) => (await import('../control/access/console-secrets.ts')).withConsole(...args),
  listRunbooks: async (...args) => (await import('../control/runbook-files.ts')).listRunbooks(...args),
  startConsole: async (...args) => (await import('../console/console.ts')).startConsole(...args),
  startWorker: async (...args) => (await import('../worker.ts')).startWorker(...args),
  readBundle: async (...args) => (await import('../control/own-bundle.ts')).readBundle(...args),
  readVersions: async (...args) => (await import('../control/versions.ts')).readVersions(...args),
  promote: async (...args) => (await import('../control/versions.ts')).promote(...args),
  readWanted: async (...args) => (await import('../control/schedules/wanted.ts')).readWanted(...args),
  compareSchedules: async (...args) => (await import('../control/schedules/compare.ts')).compareSchedules(...args),
  applyChanges: async (...args) => (await import('../control/schedules/apply.ts')).applyChanges(...args),
  listSchedules: async (...args) => (await import('../control/schedules/list.ts')).listSchedules(...args),
  pauseSchedule: async (...args) => (await import('../control/schedules/hand.ts')).pauseSchedule(...args),
  resumeSchedule: async (...args) => (await import('../control/schedules/hand.ts')).resumeSchedule(...args),
  triggerSchedule: async (...args) => (await import('../control/schedules/hand.ts')).triggerSchedule(...args),
  checkCalendarFiles: async (...args) =>
    (await import('../control/config/calendar-files.ts')).checkCalendarFiles(...args),
  readCalendars: async (...args) => (await import('../control/schedules/calendars.ts')).readCalendars(...args),
  comingTimes: async (...args) => (await import('../control/schedules/preview.ts')).comingTimes(...args),
};
