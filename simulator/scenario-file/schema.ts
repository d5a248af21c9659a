import { z } from 'zod';
import { choices, durations } from './choice-schema.ts';
import { site } from './site-schema.ts';
import { duration, generation, names, text } from './values.ts';
import { vm } from './vm-schema.ts';
import { vpg } from './vpg-schema.ts';

const byName = <T extends z.ZodType>(entry: T, about: string) => z.record(z.string().min(1), entry).describe(about);

/** A scenario file, whole; keys as they stand in the file. Durations come out as ms, sizes as MB. */
export const scenarioFile = z
  .strictObject({
    scenario: text('Its name; all identifiers are made from it'),
    generation: generation.default('windows'),
    version: text('Of all ZVMs that name none of their own').exactOptional(),
    sites: byName(site, 'The ZVMs, by the name that drillbook.yaml uses').refine(
      sites => Object.keys(sites).length > 0,
      'is empty',
    ),
    vms: byName(vm, 'VMs, by name').default({}),
    vpgs: byName(vpg, 'VPGs, by name').default({}),
    alerts: z
      .array(
        z.strictObject({
          vpg: text('Of which VPG'),
          level: z.enum(['Warning', 'Error']).describe('Level'),
          help: text('HelpIdentifier: VPG0003'),
          description: text('What it says'),
        }),
      )
      .describe('Alerts that are on')
      .default([]),
    durations: durations.exactOptional(),
    choices: choices.exactOptional(),
    zorgs: names('Organisations of a provider').exactOptional(),
    'service-profiles': byName(
      z.strictObject({
        rpo: duration('RPO'),
        journal: duration('History'),
        'test-interval': duration('Test reminder'),
      }),
      'Service profiles, by name',
    ).exactOptional(),
  })
  .describe('A simulated estate');

export type ScenarioFile = z.output<typeof scenarioFile>;
/** As it is written. */
export type ScenarioText = z.input<typeof scenarioFile>;
