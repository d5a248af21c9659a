import type { Plan, PlanStep } from '../../compiler/plan.ts';
import { valueOf } from '../what.ts';

/** What may start once an approval has this choice: up to the next wall. */
export function stepsBehind(plan: Plan, approval: PlanStep, choice: string): readonly PlanStep[] {
  const place = plan.steps.indexOf(approval);
  const below = plan.steps.slice(place + 1).filter(step => step.scope === approval.scope && step.phase === 'main');
  const local = approval.id.replace(/^.*\//, '');
  const asksFor = `steps.${local}.outputs.choice == '${choice}'`;
  const behind: PlanStep[] = [];
  for (const step of below) {
    if (step.uses === 'approval') break;
    const wanted = step.if ?? '';
    if (wanted.includes(`steps.${local}.outputs.choice`) && !wanted.includes(asksFor)) continue;
    behind.push(step);
  }
  return behind;
}

/** Of an opening of a for-each: its items, where they are known. */
export function namesOf({ with: given, forEach }: PlanStep): readonly string[] {
  const vpg = valueOf(given, 'vpg');
  if (typeof vpg === 'string') return [vpg];
  const items = forEach !== undefined && 'lit' in forEach.items ? forEach.items.lit : [];
  return Array.isArray(items) ? items.filter(item => typeof item === 'string') : [];
}

/** What becomes of the VMs that a live change leaves behind. */
export function sourceMeans(opened: readonly PlanStep[]): string {
  const wanted = opened.map(step => valueOf(step.with, 'shutdown-source'));
  if (wanted.includes('none')) return 'The source VMs are not shut down: they may go on taking writes.';
  if (wanted.includes('force')) return 'The source VMs are powered off.';
  return 'The source VMs are shut down where their site is connected; else they may go on taking writes.';
}

/** What a step gives up for good, as a sentence. What is opened live, and how that ends, is told apart. */
export function losses(step: PlanStep): readonly string[] {
  const { effect, uses, opens, ends, with: given } = step;
  if (effect !== 'irreversible' || opens !== undefined || ends !== undefined) return [];
  const named = namesOf(step);
  const vpg = named.length === 0 ? 'the VPG' : named.join(', ');
  switch (uses) {
    case 'zerto/delete-vpg': {
      const disks = valueOf(given, 'keep-volumes') === false ? ' and its disks at the recovery site' : '';
      return [`Deletes ${vpg}: its VMs are protected no longer, and its checkpoints${disks} are lost.`];
    }
    case 'zerto/edit-vpg': {
      const removed = valueOf(given, 'remove-vms');
      const vms = Array.isArray(removed) ? removed.filter(name => typeof name === 'string') : [];
      const bare =
        vms.length === 0 ? '' : `, and ${vms.join(', ')} ${vms.length === 1 ? 'is' : 'are'} protected no longer`;
      return [`Changes the settings of ${vpg}: checkpoints that it has now can be lost${bare}.`];
    }
    case 'zerto/force-sync':
      return [`Synchronises all of ${vpg} again: until that ends it cannot be recovered.`];
    default:
      return [`${step.name ?? step.id}, which nothing can undo: ${step.summary}.`];
  }
}
