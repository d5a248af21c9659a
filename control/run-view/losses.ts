import type { Ahead } from './settled.ts';
import { valueOf } from '../what.ts';

/** What becomes of the VMs that a live change leaves behind. */
export function sourceMeans(opened: readonly Ahead[]): string {
  const wanted = opened.map(({ step }) => valueOf(step.with, 'shutdown-source'));
  if (wanted.includes('none')) return 'The source VMs are not shut down: they may go on taking writes.';
  if (wanted.includes('force')) return 'The source VMs are powered off.';
  return 'The source VMs are shut down where their site is connected; else they may go on taking writes.';
}

/** What a step gives up for good, as a sentence. What is opened live, and how that ends, is told apart. */
export function losses({ step, vpgs: named }: Ahead): readonly string[] {
  const { effect, uses, opens, ends, with: given } = step;
  if (effect !== 'irreversible' || opens !== undefined || ends !== undefined) return [];
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
