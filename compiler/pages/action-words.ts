import type { Contract } from '../../actions/contract.ts';

/** Of actions whose effect is decided by what is asked. */
export const effectWords: Readonly<Record<string, string>> = {
  'check/http': 'read with GET or HEAD, else isolated',
  'command/run': 'what drillbook.yaml declares of the command',
  'http/request': 'as the endpoint declares; where nothing is declared read for GET and HEAD, else irreversible',
  'zerto/edit-vpg':
    'reversible; irreversible with `remove-vms` or a change of journal, datastore or volume, which drops checkpoints',
};

/** How far an action can reach, for people. */
export function effectInWords({ name, effect, byMode }: Contract): string {
  if (byMode !== undefined) return 'by mode';
  return typeof effect === 'string' ? effect : (effectWords[name] ?? 'by what is asked');
}
