import { Refusal } from './refusal.ts';
import { asksForText, type Call, json, type Reply, type Route, timeParameter } from './router.ts';
import type { Alert } from './state.ts';
import { nameOf } from './vpg.ts';
import { alertOnWire, reportOnWire } from './wire.ts';

/** Recovery reports and alerts. */
export const evidenceRoutes: readonly Route[] = [
  { method: 'GET', path: 'reports/recovery', handle: listReports },
  { method: 'GET', path: 'reports/recovery/{report}', handle: getReport },
  { method: 'GET', path: 'alerts', handle: listAlerts },
  { method: 'GET', path: 'alerts/{alert}', handle: call => json(alertOnWire(call.world, call.site, alertOf(call))) },
  { method: 'POST', path: 'alerts/{alert}/dismiss', handle: call => dismiss(call, true) },
  { method: 'POST', path: 'alerts/{alert}/undismiss', handle: call => dismiss(call, false) },
];

const largestPage = 1000;

function listReports(call: Call): Reply {
  const from = timeParameter(call, 'startTime') ?? -Infinity;
  const to = timeParameter(call, 'endTime') ?? Infinity;
  const names = call
    .query('vpgName')
    ?.split(',')
    .map(name => name.trim().toLowerCase());
  // "Failover Test" is the older spelling.
  const type = call.query('recoveryType')?.replaceAll(' ', '').toLowerCase();
  const state = call.query('state')?.toLowerCase();
  const found = call.world.reports.filter(
    report =>
      report.start >= from &&
      report.end <= to &&
      (names === undefined || names.includes(report.vpgName.toLowerCase())) &&
      (type === undefined || type === report.type.toLowerCase()) &&
      (state === undefined || state === (report.success ? 'success' : 'fail')),
  );
  const size = Math.min(wholeParameter(call, 'pageSize', largestPage), largestPage);
  const page = wholeParameter(call, 'pageNumber', 1);
  return json(found.slice((page - 1) * size, page * size).map(reportOnWire));
}

function wholeParameter(call: Call, name: string, fallback: number): number {
  const value = call.query(name);
  if (value === undefined || value === '') return fallback;
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new Refusal(400, `The value '${value}' is not valid for ${name}.`);
  return Number(value);
}

function getReport(call: Call): Reply {
  const id = call.param('report');
  const report = call.world.reports.find(candidate => candidate.id === id.toLowerCase());
  if (report === undefined) throw new Refusal(404, `Recovery operation ${id} was not found.`);
  return json(reportOnWire(report));
}

function listAlerts(call: Call): Reply {
  const vpgId = call.query('vpgIdentifier')?.toLowerCase();
  const found = call.world.alerts.filter(
    alert =>
      (vpgId === undefined || call.world.vpgs.some(vpg => vpg.id === vpgId && nameOf(vpg) === alert.vpg)) &&
      asksForText(call, 'level', alert.level) &&
      asksForText(call, 'helpIdentifier', alert.help) &&
      asksForText(call, 'isDismissed', `${alert.dismissed}`),
  );
  return json(found.map(alert => alertOnWire(call.world, call.site, alert)));
}

function alertOf(call: Call): Alert {
  const id = call.param('alert');
  const alert = call.world.alerts.find(candidate => candidate.id === id.toLowerCase());
  if (alert === undefined) throw new Refusal(404, `Alert ${id} was not found.`);
  return alert;
}

function dismiss(call: Call, dismissed: boolean): Reply {
  alertOf(call).dismissed = dismissed;
  return 'empty';
}
