import { z } from 'zod';
import type { Fault, FaultKind } from './faults.ts';
import { duration, text } from './scenario-file/values.ts';
import { type Complaint, readYaml } from './yaml-file.ts';

const kind = <K extends FaultKind['kind']>(name: K, about: string) => z.literal(name).describe(about);

const then = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: kind('status', 'Answers so, executes nothing'),
      status: z.int().min(200).max(599).describe('HTTP status'),
      body: z.unknown().describe('JSON of the answer; default: an empty body').exactOptional(),
    }),
    z.strictObject({ kind: kind('delay', 'Waits on the machine’s clock, then executes'), for: duration('How long') }),
    z.strictObject({
      kind: kind('late', 'Executes, then answers later on the machine’s clock'),
      for: duration('How much later'),
    }),
    z.strictObject({
      kind: kind('twice', 'Arrives twice, as by a proxy that tries again; one answer comes back'),
      answer: z.enum(['first', 'second', 'none']).describe('Which one; none: the connection is reset').default('first'),
    }),
    z.strictObject({ kind: kind('hang', 'Executes nothing and never answers') }),
    z.strictObject({ kind: kind('drop-before', 'Resets the connection before the effect') }),
    z.strictObject({ kind: kind('drop-after', 'Resets the connection after the effect') }),
    z.strictObject({ kind: kind('expire-sessions', 'All sessions of the site end first') }),
    z.strictObject({ kind: kind('lose-settings', 'All settings objects of the site are lost first') }),
    z.strictObject({
      kind: kind('slow-task', 'The task that it starts takes longer'),
      by: duration('How much longer, by the simulation’s clock'),
    }),
    z.strictObject({
      kind: kind('fail-task', 'The task that it starts ends Failed'),
      reason: text('Its CompleteReason').default('Ordered by a fault script'),
    }),
    z.strictObject({
      kind: kind('jump-clock', 'The simulation’s clock jumps forward first'),
      by: duration('How far'),
    }),
    z.strictObject({
      kind: kind('restart', 'The ZVM starts anew: sessions and settings objects are gone, tasks go on'),
      'silent-for': duration('How long it does not answer').prefault('0s'),
    }),
  ])
  .describe('What happens');

const fault = z
  .strictObject({
    method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).describe('Default: every method').exactOptional(),
    path: text('Below /v1/: vpgs/*/failovertest. A star stands for one segment, two at the end for any rest'),
    site: text('Default: every site').exactOptional(),
    after: z.int().min(0).describe('How many requests of this kind pass first').exactOptional(),
    times: z
      .int()
      .min(1)
      .describe('How many requests it meets; default: 1, with a probability any number')
      .exactOptional(),
    probability: z.number().min(0).max(1).describe('How probably it meets one, from 0 to 1').exactOptional(),
    then,
  })
  .describe('What goes wrong with which requests');

/** A fault script, whole; keys as they stand in the file. */
export const faultsFile = z
  .strictObject({
    seed: z.int().min(0).describe('The same seed and the same requests give the same faults').default(1),
    faults: z.array(fault).describe('The first that meets a request counts'),
  })
  .describe('What goes wrong in a simulation');

/**
 * Faults from the YAML of their file; `file` stands in complaints, `sites` are those that may be named. Throws
 * FileRefused, a line for each mistake.
 */
export function readFaults(text: string, file: string, sites: readonly string[]): Fault[] {
  const script = readYaml(text, file, faultsFile, ({ faults }) => unknownSites(faults, sites));
  return script.faults.map((each, index) => ({ ...each, seed: script.seed + index, then: kindOf(each.then) }));
}

function* unknownSites(faults: readonly { readonly site?: string }[], known: readonly string[]): Generator<Complaint> {
  for (const [index, { site }] of faults.entries())
    if (site !== undefined && !known.includes(site))
      yield { path: ['faults', index, 'site'], message: `${site} is no site: ${known.join(', ')}` };
}

function kindOf(written: z.output<typeof then>): FaultKind {
  switch (written.kind) {
    case 'delay':
    case 'late':
      return { kind: written.kind, ms: written.for };
    case 'slow-task':
    case 'jump-clock':
      return { kind: written.kind, ms: written.by };
    case 'restart':
      return { kind: 'restart', silentMs: written['silent-for'] };
    case 'status':
    case 'twice':
    case 'hang':
    case 'drop-before':
    case 'drop-after':
    case 'expire-sessions':
    case 'lose-settings':
    case 'fail-task':
      return written;
  }
}
