import { modes as allModes } from '../../actions/contract.ts';
import { sharedDefinitions } from './from-zod.ts';
import type { JsonSchema } from './parts.ts';
import { withDefinitions } from './actions.ts';
import { inputSchema } from './inputs.ts';
import { duration, time } from './kinds.ts';
import { count, described, id, listOf, literalDefinition, mapOf, plainText, ref, words } from './parts.ts';
import { stepSchema } from './steps.ts';
import { triggerSchema } from './triggers.ts';
import { apiVersion, modeKeys, top as topKeys } from '../shape/shape.ts';
import { limitKeys } from '../shape/shape-limits.ts';
import { onFailures } from '../shape/words.ts';

/** The JSON Schema of a runbook: what can be said of its shape without reading it as a whole. */
export function runbookSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    description: 'A disaster-recovery runbook, drillbook/v1.',
    definitions: {
      ...sharedDefinitions,
      literal: literalDefinition,
      mode: words(allModes, { enumDescriptions: modeDescriptions }),
      modes: listOf(ref('mode'), { minItems: 1 }),
      'mode-settings': mapOf(
        modeKeys,
        {
          ...sharedKeys,
          via: described('Where the checks of this mode look from: a probe of drillbook.yaml.', plainText),
        },
        // `drill:` with nothing behind it takes all from the top.
        { type: ['object', 'null'] },
      ),
      step: stepSchema(),
      ...withDefinitions(),
    },
    ...mapOf(topKeys, {
      apiVersion: described('The version of the language.', { const: apiVersion, default: apiVersion }),
      name: described('Name of the runbook: letters, digits, `.`, `_` and `-`.', {
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
      }),
      description: described('What it does, for people.', plainText),
      owner: described('Who looks after it: free text, for people; no name of drillbook.yaml.', plainText),
      ...sharedKeys,
      modes: described('What it can be run as: a list, or a map with what is different in each.', {
        if: { type: 'array' },
        then: ref('modes'),
        else: {
          type: 'object',
          minProperties: 1,
          additionalProperties: false,
          properties: Object.fromEntries(
            allModes.map((mode, i) => [mode, described(modeDescriptions[i] ?? '', ref('mode-settings'))]),
          ),
        },
      }),
      inputs: described('What is given at the start: `--input name=value`, the form, or a trigger.', {
        type: 'object',
        propertyNames: id,
        additionalProperties: inputSchema,
      }),
      outputs: described('What a runbook that calls this one reads as `steps.x.outputs`.', {
        type: 'object',
        propertyNames: id,
      }),
      triggers: described('What starts runs: schedules (drills only) and webhooks.', listOf(triggerSchema)),
      preflight: described('Steps that only read, before everything else.', listOf(ref('step'))),
      steps: described(
        'The steps; each waits for all above unless it says `needs`.',
        listOf(ref('step'), { minItems: 1 }),
      ),
      finally: described('Steps that run at the end, whatever happened.', listOf(ref('step'))),
    }),
  };
}

const modeDescriptions = [
  'An isolated failover test; nothing beyond isolated is possible.',
  'A real failover: live.',
  'A planned move: live.',
  'A change of VPG settings; nothing is open.',
];

const limits = mapOf(limitKeys, {
  timeout: described(
    'A drill: its whole run, people included; then closing. A live mode: pages, and goes on. Default 4h.',
    duration,
  ),
  closing: described('Budget of closing and `finally`. Default 1h.', duration),
  ask: described('How long a question stays open in a drill. Default 30m.', duration),
  window: described('The first step above read waits for `opens`; after `closes` none above isolated starts.', {
    type: 'object',
    minProperties: 1,
    additionalProperties: false,
    properties: {
      opens: described('ISO 8601 with an offset, or an expression.', { anyOf: [time, ref('text')] }),
      closes: described('ISO 8601 with an offset, or an expression.', { anyOf: [time, ref('text')] }),
    },
  }),
  'max-open': described('How many tests may be open at once. Default 10.', count),
  'on-locked': described(
    'When another run holds a VPG. Default: `fail` in a drill, `wait` in a live mode.',
    words(['wait', 'fail']),
  ),
  'lock-wait': described('With `on-locked: wait`: give up after.', duration),
  'preempt-wait': described('How long a live run lets a drill clean up. Default 5m.', duration),
  'max-hold': described('A test is never extended beyond. Default 24h.', duration),
});

/** Keys that may stand at the top and under a mode. */
const sharedKeys: Readonly<Record<string, JsonSchema>> = {
  site: described('The site that the VPGs recover to, a name of drillbook.yaml.', plainText),
  vars: described('Values for expressions: `vars.x`.', {
    type: 'object',
    propertyNames: id,
    additionalProperties: ref('literal'),
  }),
  objectives: described('What the recovery must keep to.', {
    type: 'object',
    additionalProperties: false,
    properties: {
      rto: described('Recovery time objective.', duration),
      rpo: described('Recovery point objective.', duration),
    },
  }),
  limits: described('Time-outs, budgets and how much may be open.', limits),
  'on-failure': described(
    'What happens when a step fails. Default: `abort` in a drill, `ask` elsewhere.',
    words(onFailures),
  ),
};
