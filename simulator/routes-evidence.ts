import { pageOf } from './paging.ts';
import { Refusal } from './refusal.ts';
import { asksForText, type Call, json, type Reply, type Route, timeParameter } from './router.ts';
import type { Alert, RecoveryReport } from './records.ts';
import { alertOnWire, reportOnWire } from './wire-evidence.ts';

/** Recovery reports and alerts. */
export const evidenceRoutes: readonly Route[] = [
  { method: 'GET', path: 'reports/recovery', handle: listReports },
  { method: 'GET', path: 'reports/recovery/{report}', handle: getReport },
  { method: 'GET', path: 'alerts', handle: listAlerts },
  { method: 'GET', path: 'alerts/{alert}', handle: call => json(alertOnWire(call.site, alertOf(call))) },
  { method: 'POST', path: 'alerts/{alert}/dismiss', needs: 'alerts', handle: call => dismiss(call, true) },
  { method: 'POST', path: 'alerts/{alert}/undismiss', needs: 'alerts', handle: call => dismiss(call, false) },
];

const reportsOf = (call: Call): RecoveryReport[] =>
  call.world.reports.filter(report => report.siteIds.includes(call.site.identifier));

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
  const found = reportsOf(call).filter(
    report =>
      report.start >= from &&
      report.end <= to &&
      (names === undefined || names.includes(report.vpgName.toLowerCase())) &&
      (type === undefined || type === report.type.toLowerCase()) &&
      (state === undefined || state === (report.success ? 'success' : 'fail')),
  );
  const { start, count } = pageOf(call);
  return json(found.slice(start, start + count).map(reportOnWire));
}

function getReport(call: Call): Reply {
  const id = call.param('report');
  const report = reportsOf(call).find(candidate => candidate.id === id.toLowerCase());
  if (report === undefined) throw new Refusal(404, `Recovery operation ${id} was not found.`);
  return json(reportOnWire(report));
}

function listAlerts(call: Call): Reply {
  const from = timeParameter(call, 'startDate') ?? -Infinity;
  const to = timeParameter(call, 'endDate') ?? Infinity;
  const vpgId = call.query('vpgIdentifier')?.toLowerCase();
  const found = [...call.site.alerts.values()].filter(
    alert =>
      alert.turnedOn >= from &&
      alert.turnedOn <= to &&
      (vpgId === undefined || alert.vpgIds.includes(vpgId)) &&
      asksForText(call, 'siteIdentifier', call.site.identifier) &&
      asksForText(call, 'level', alert.level) &&
      asksForText(call, 'entity', alert.entity) &&
      asksForText(call, 'helpIdentifier', alert.help) &&
      asksForText(call, 'isDismissed', `${alert.dismissed}`),
  );
  return json(found.map(alert => alertOnWire(call.site, alert)));
}

function alertOf(call: Call): Alert {
  const id = call.param('alert');
  const alert = [...call.site.alerts.values()].find(candidate => candidate.id === id.toLowerCase());
  if (alert === undefined) throw new Refusal(404, `Alert ${id} was not found.`);
  return alert;
}

function dismiss(call: Call, dismissed: boolean): Reply {
  alertOf(call).dismissed = dismissed;
  return 'empty';
}
