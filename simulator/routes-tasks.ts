import { taskStateNames } from './enums.ts';
import { Refusal } from './refusal.ts';
import { asksFor, asksForText, type Call, json, type Reply, type Route, timeParameter } from './router.ts';
import { showsTask } from './tasks.ts';
import { taskOnWire } from './wire-evidence.ts';

export const taskRoutes: readonly Route[] = [
  { method: 'GET', path: 'tasks', handle: listTasks },
  { method: 'GET', path: 'tasks/{task}', handle: getTask },
];

function listTasks(call: Call): Reply {
  const startedAfter = timeParameter(call, 'startedAfterDate') ?? -Infinity;
  const startedBefore = timeParameter(call, 'startedBeforeDate') ?? Infinity;
  const completedAfter = timeParameter(call, 'completedAfterDate');
  const completedBefore = timeParameter(call, 'completedBeforeDate');
  const found = call.world.tasks.filter(
    task =>
      showsTask(call.world, call.site, task) &&
      task.started >= startedAfter &&
      task.started <= startedBefore &&
      (completedAfter === undefined || (task.completed ?? -Infinity) >= completedAfter) &&
      (completedBefore === undefined || (task.completed ?? Infinity) <= completedBefore) &&
      asksForText(call, 'type', task.type) &&
      asksFor(call, 'status', taskStateNames, task.state),
  );
  return json(found.map(task => taskOnWire(call.world, call.site, task)));
}

function getTask(call: Call): Reply {
  const id = call.param('task');
  const task = call.world.tasks.find(candidate => candidate.id === id.toLowerCase());
  if (task === undefined || !showsTask(call.world, call.site, task))
    throw new Refusal(404, `Task ${id} was not found.`);
  return json(taskOnWire(call.world, call.site, task));
}
