import type { GraphModel } from '../report/graph/model.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { withExamples } from './examples.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { choiceFlag, config, input, inputs, mode, runbookFile } from './flags.ts';
import { type PlanFlags, planOrTell } from './plan-or-tell.ts';

const formats = ['svg', 'mermaid', 'dot'] as const;
type Format = (typeof formats)[number];

interface Flags extends PlanFlags {
  readonly format: Format;
}

/** Draws a mode. */
export const graph = defineCommand<Flags, [file: string]>(
  {
    docs: withExamples(
      'Draw a mode: its steps, what waits for what, and what closes what',
      'drillbook graph runbooks/payments.yaml --mode drill > payments.svg',
      'drillbook graph runbooks/payments.yaml --mode failover --format mermaid',
    ),
    parameters: {
      positional: { kind: 'tuple', parameters: [runbookFile] },
      flags: { mode, format: { ...choiceFlag('--format', formats), default: 'svg' }, input, inputs, config },
    },
  },
  draw,
);

async function draw(context: CliContext, flags: Flags, file: string): Promise<ExitCode> {
  const plan = await planOrTell(context, flags, file);
  if (plan === undefined) return exitCodes.nothingRan;
  const { graphOf } = await import('../control/plan-graph.ts');
  context.terminal.answer(await render(flags.format, graphOf(plan)));
  return exitCodes.fine;
}

async function render(format: Format, model: GraphModel): Promise<string> {
  switch (format) {
    case 'svg':
      return (await import('../report/graph/svg.ts')).renderSvg(model);
    case 'mermaid':
      return (await import('../report/graph/mermaid.ts')).renderMermaid(model);
    case 'dot':
      return (await import('../report/graph/dot.ts')).renderDot(model);
  }
}
