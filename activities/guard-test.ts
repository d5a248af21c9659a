import type { Evidence } from '../actions/call.ts';
import type { JsonMap } from '../actions/json.ts';
import { effectKinds } from '../zerto/effects/kinds.ts';
import { lookAtOpenTest } from '../zerto/effects/open-test.ts';
import { endTask } from '../zerto/task-end.ts';
import { readRecoveringHere } from './direction.ts';
import { type Closing, type GuardAction, inputOf } from './guard-action.ts';
import { lookFor } from './guard-looks.ts';
import { newReport, pointDiffers } from './guard-point.ts';
import { choosePoint, chooseVms, recovered } from './guard-recover.ts';
import { assertIsolated } from './isolation.ts';
import { StepErrored, StepFailed } from './outcome.ts';

const action = 'zerto/failover-test';
const kind = effectKinds.failoverTest;
/** A VPG may show its test a moment after the task has ended, ms. */
const shownMs = 8_000;
const reportMs = 10_000;

const closing: Closing = {
  doing: 'stopping the test',
  async look({ zvm, id, name, clock, signal }, { baseline, sent, lateUntil }, began) {
    const known = {
      baseline,
      ...(sent === undefined ? {} : { taskId: sent.taskId }),
      ...(lateUntil === undefined ? {} : { lateUntil }),
    };
    const open = await lookAtOpenTest(zvm, id, name, known, { now: clock(), began, signal });
    switch (open.kind) {
      case 'doubtful':
        throw new StepErrored(open.text);
      case 'in-test':
        return { kind: 'open' };
      case 'stopping':
        return { kind: 'closing', taskId: open.taskId };
      case 'nothing':
        return open.stoppedBy === undefined
          ? { kind: 'nothing' }
          : { kind: 'nothing', why: `the failover test of ${name} was ended by ${open.stoppedBy}, not by this run` };
      case 'foreign':
      case 'wait':
        return open;
    }
  },
  send: ({ zvm, id }, said, call) => zvm.vpgs.stopFailoverTest(id, said, call),
  isOver: vpg => vpg.testStage === undefined,
  async result(place, { baseline, taskId, foreign, sent }) {
    if (foreign !== undefined) {
      return { outputs: { report_status: '', report_id: '', zerto_rto: -1 } };
    }
    const report = await newReport(place, kind.report, baseline.reports, taskId === '' ? 0 : reportMs);
    const differs = pointDiffers(place.name, kind.what, sent, report);
    const evidence: Evidence[] =
      report === undefined ? [] : [{ kind: 'zerto-report', vpg: place.name, report: report.raw as JsonMap }];
    const outputs = {
      report_status: report?.status ?? '',
      report_id: report?.id ?? '',
      zerto_rto: report?.rtoSeconds ?? -1,
    };
    return { outputs, evidence, ...(differs === undefined ? {} : { told: [differs] }) };
  },
};

export const failoverTest: GuardAction = {
  kind: () => kind,
  async before({ zvm, call, name, sites, signal }) {
    const vpg = await readRecoveringHere(zvm, call, name, { sites, signal });
    if (vpg.testStage !== undefined) {
      throw new StepFailed(`a failover test of ${vpg.name} is ${vpg.testStage} already; this run did not start it`);
    }
    return { vpg };
  },
  async prepare(place) {
    const { zvm, id, name, site, sites, call, signal } = place;
    const given = inputOf(action, call.with);
    const proof = await assertIsolated(zvm, id, sites.settings(site), signal);
    const chosen = await choosePoint(place, given.checkpoint);
    const vmIds = await chooseVms(place, given.vms);
    const body = { checkpointId: chosen.id, ...(vmIds === undefined ? {} : { vmIds }) };
    return {
      send: time => zvm.vpgs.failoverTest(id, body, time),
      sending: { checkpoint: chosen.id, checkpointTime: chosen.time },
      evidence: [{ kind: 'isolation', vpg: name, proof }],
    };
  },
  ended: ({ zvm, signal }, taskId) => endTask(zvm, taskId, signal),
  async readBack(place, sent, task) {
    const { zvm, id, name, call, signal } = place;
    if (task !== undefined && task.state !== 'Completed') {
      return { up: false, error: `Zerto ended the failover test of ${name} as ${task.state}: ${task.reason}` };
    }
    // The task says that it ended, the VPG what is open.
    const look = async () => (await zvm.vpgs.get(id, { signal })).testStage;
    if ((await lookFor(look, shownMs, signal)) === undefined) {
      return { up: false, error: `the failover test of ${name} ended, and none is running: somebody stopped it` };
    }
    return { up: true, outputs: await recovered(place, inputOf(action, call.with).vms, sent, task) };
  },
  closing,
};
