import { z } from 'zod';
import { secret } from './schema/secrets.ts';
import { consoleSection, identity } from './schema/console.ts';
import { evidence, library, payloads, policy } from './schema/keeping.ts';
import { group, person, role } from './schema/people.ts';
import { command, endpoint, probe } from './schema/reach.ts';
import { site } from './schema/sites.ts';
import { notification, target } from './schema/telling.ts';
import { calendar, trigger } from './schema/times.ts';
import { text } from './schema/values.ts';

const configApiVersion = 'drillbook-config/v1';

/** Kebab-case, as everything that an operator names. */
export const isConfigName = (name: string): boolean => /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name);

const named = <T extends z.ZodType>(entry: T, about: string) => z.record(z.string(), entry).default({}).describe(about);

/**
 * drillbook.yaml, whole; keys as they stand in the file. Durations come out as ms, secrets are names. What refers to other
 * places of the file is marked (config-schema/marks.ts) and checked by config-marks.ts and config-rules.ts.
 */
export const configSchema = z
  .strictObject({
    apiVersion: z.literal(configApiVersion, `write ${configApiVersion}`).describe('The version of this format'),
    organisation: text('Stands on reports').default(''),
    project: z
      .string()
      .refine(isConfigName, 'a name in kebab-case is wanted')
      .describe('Whose schedules these are, among the projects of a Temporal namespace (default: the folder’s name)')
      .optional(),
    secrets: named(secret, 'Where secrets are read, by name. Everything else uses the names.'),
    sites: z.record(z.string(), site).describe('The ZVMs, by the name that runbooks use'),
    probes: named(probe, 'Where checks look from, by name: `via`'),
    endpoints: named(endpoint, 'All that http/request may call, by name'),
    commands: named(command, 'All that check/command and command/run may start, by name; no shell, empty environment'),
    people: named(person, 'One entry a human'),
    groups: named(group, 'Groups of people; names are unique over people, groups and triggers'),
    roles: z.array(role).default([]).describe('Who may do what'),
    targets: named(target, 'Where something can be told, by name'),
    notifications: z.array(notification).default([]).describe('What is told without a `notify` step'),
    calendars: named(calendar, 'Times without drills, by name'),
    triggers: named(trigger, 'What may come in from outside, by name'),
    identity: identity.prefault({}),
    console: consoleSection.prefault({}),
    library: library.prefault({}),
    evidence: evidence.prefault({}),
    payloads: payloads.prefault({}),
    policy: policy.prefault({}),
  })
  .describe('What an operator writes: one file a project');

export type ConfigSections = z.output<typeof configSchema>;

/** Sections whose keys are names of the operator's. */
export const namedSections = [
  ...(['secrets', 'sites', 'probes', 'endpoints', 'commands', 'people', 'groups', 'targets', 'calendars'] as const),
  'triggers',
] as const;
