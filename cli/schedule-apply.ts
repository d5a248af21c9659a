import type { Comparison } from '../control/schedules/compare.ts';
import type { Change } from '../control/schedules/difference.ts';
import { toOneLine } from '../report/visible.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { exitCodes } from './exit-codes.ts';
import { config, json, plainText } from './flags.ts';
import { Refused } from './problems.ts';
import { requesterInfo } from './requester.ts';
import { type Meant, meantBy, projectOf, refuseUnlessAdmin } from './schedule-project.ts';
import { keyFlag, type Signed, signerOf } from './signer.ts';

interface Flags extends Signed {
  readonly json: boolean;
  readonly config?: string;
  readonly allowEmpty: boolean;
  readonly removePaused: boolean;
}

const parameters = {
  positional: {
    kind: 'array',
    parameter: {
      brief: 'Runbooks, or folders of them (default: all below runbooks/ of the project)',
      parse: plainText,
      placeholder: 'FILE',
    },
  },
  flags: {
    json,
    config,
    key: keyFlag,
    allowEmpty: {
      kind: 'boolean',
      brief: 'Remove schedules although no runbook was found where it looked',
      default: false,
      withNegated: false,
    },
    removePaused: {
      kind: 'boolean',
      brief: 'Remove also those that are paused and that no runbook declares',
      default: false,
      withNegated: false,
    },
  },
} as const;

export const diff = defineCommand<Flags, readonly string[]>(
  { docs: { brief: 'What `apply` would change in Temporal; exit 3 if anything' }, parameters },
  async (context, flags, ...given) => {
    const look = ({ found }: Compared) => Promise.resolve({ ...found, failed: {} });
    const compared = await compare(context, flags, given, look, { onlyLooks: true });
    if (compared === undefined) return exitCodes.nothingRan;
    tell(context, flags, compared, { create: 'would be made', change: 'would change', remove: 'would be removed' });
    if (compared.refused.length > 0) return exitCodes.nothingRan;
    const isFine = compared.changes.length + compared.startsNone.length === 0;
    return isFine ? exitCodes.fine : exitCodes.exceptions;
  },
);

export const apply = defineCommand<Flags, readonly string[]>(
  { docs: { brief: 'Make the schedules in Temporal what the runbooks say; pauses stay' }, parameters },
  async (context, flags, ...given) => {
    const { outside } = context;
    const applied = await compare(context, flags, given, async ({ control, project, applier, found }) => {
      // Half of what a commit says is worse than nothing of it.
      const changes = found.refused.length > 0 ? [] : found.changes;
      await refuseUnlessAdmin(
        context,
        project,
        changes.map(({ id }) => id.split('/', 1)[0] ?? ''),
      );
      return { ...found, changes, failed: await outside.applyChanges(control, project, changes, applier) };
    });
    if (applied === undefined) return exitCodes.nothingRan;
    tell(context, flags, applied, { create: 'made', change: 'changed', remove: 'removed' });
    const failed = applied.refused.length + Object.keys(applied.failed).length;
    return failed === 0 ? exitCodes.fine : exitCodes.nothingRan;
  },
);

interface Told extends Comparison {
  /** Why each could not be done, by id. */
  readonly failed: Readonly<Record<string, string>>;
}

interface Compared {
  readonly control: Awaited<ReturnType<CliContext['outside']['connect']>>;
  readonly project: Awaited<ReturnType<typeof projectOf>>;
  readonly applier: Parameters<CliContext['outside']['compareSchedules']>[3];
  readonly found: Comparison;
}

/** Undefined after it was told which file has mistakes. */
async function compare(
  context: CliContext,
  flags: Flags,
  given: readonly string[],
  then: (compared: Compared) => Promise<Told>,
  { onlyLooks = false } = {},
): Promise<Told | undefined> {
  const { outside, terminal, cwd } = context;
  const project = await projectOf(context, flags, given);
  const meant = await meantBy(cwd, project.root, given);
  const read = await outside.readWanted(meant.files, project.root, project.config);
  if (read.kind === 'refused') {
    if (flags.json) terminal.answer(read.json);
    else terminal.say(read.report);
    terminal.say('No schedule was touched.');
    return undefined;
  }
  if (read.warnings !== '') terminal.say(read.warnings);
  const sign = await signerOf(context, flags);
  const who = { config: project.config, configSha256: project.config.pinnedSha256 };
  // Whoever only looks proves nothing.
  if (!onlyLooks) requesterInfo(context, who, { mode: 'drill', signed: sign !== undefined });
  const applier = { requester: context.user(), at: context.now(), sign };
  const control = await outside.connect({ configPath: project.path });
  try {
    const asked = { ...meant, wanted: read.wanted, removePaused: flags.removePaused, onlyLooks };
    const found = await outside.compareSchedules(control, project, asked, applier);
    const [unknown] = found.unknown;
    if (unknown !== undefined)
      throw new Refused(`There is no ${unknown} in the project, and no schedule has come from it.`);
    const emptied = flags.allowEmpty ? undefined : whyEmptied(meant, found.changes);
    const refused = emptied === undefined ? found.refused : [...found.refused, emptied];
    return await then({ control, project, applier, found: { ...found, refused } });
  } finally {
    await control.close();
  }
}

/** A checkout without its runbooks looks like one from which all were taken. A file that is named and gone is meant. */
function whyEmptied({ files, scope }: Meant, changes: readonly Change[]): string | undefined {
  const removed = changes.filter(({ do: what, file }) => what === 'remove' && !scope.includes(file));
  if (files.length > 0 || removed.length === 0) return undefined;
  const where = scope.map(place => `${place === '' ? '.' : place}/`).join(', ');
  const ids = removed.map(({ id }) => id).join(', ');
  return `No runbook was found in ${where}, so that all of its schedules would be removed: ${ids}. Is the checkout whole? If they are to go, say --allow-empty.`;
}

type Words = Readonly<Record<Change['do'], string>>;

function tell({ terminal }: CliContext, flags: Flags, told: Told, words: Words): void {
  const { changes, unchanged, refused, paused, kept, left, failed, ending } = told;
  if (flags.json) {
    const list = changes.map(change => ({
      do: change.do,
      schedule: change.id,
      file: change.file,
      ...(change.do === 'change' ? { what: change.what } : {}),
      ...(change.do === 'create' && change.paused !== undefined ? { paused: change.paused } : {}),
      ...(failed[change.id] === undefined ? {} : { error: failed[change.id] }),
    }));
    terminal.answer(JSON.stringify({ changes: list, unchanged, refused, paused, kept, left, ending }));
    return;
  }
  const lines = changes.map(change => describe(change, words, failed[change.id]));
  const held = [
    ...Object.entries(paused).map(([id, note]) => `= ${id}: stays paused${noted(note)}`),
    ...Object.entries(kept).map(
      ([id, note]) =>
        `= ${id}: no runbook declares it; kept, since it is paused${noted(note)} (--remove-paused removes it)`,
    ),
  ];
  if (lines.length + held.length > 0) terminal.answer([...lines, ...held].map(toOneLine).join('\n'));
  for (const sentence of refused) terminal.say(terminal.sayColours.red(sentence));
  for (const sentence of [...left, ...ending]) terminal.say(toOneLine(sentence));
  terminal.say(
    `${changes.length - Object.keys(failed).length} ${changes.length === 1 ? 'schedule' : 'schedules'} changed or to change, ${unchanged} as they should be.`,
  );
}

const noted = (note: string): string => (note === '' ? '' : ` (${note})`);

const signs: Words = { create: '+', change: '~', remove: '-' };

function describe(change: Change, words: Words, error: string | undefined): string {
  const what = change.do === 'change' ? `, ${change.what.join(', ')}` : pausedAs(change);
  const done = error === undefined ? `${words[change.do]}${what}` : `could not be done: ${error}`;
  return `${signs[change.do]} ${change.id} (${change.file}): ${done}`;
}

function pausedAs(change: Change): string {
  if (change.do !== 'create' || change.paused === undefined) return '';
  return `, paused as the one of its old name is${noted(change.paused)}`;
}
