import { parseCheck } from '../../expressions/check.ts';
import { dyn, type Field, fields } from '../../expressions/types.ts';
import type { DraftReader } from '../shape/drafts.ts';
import { reportMisfit, reportProblems } from '../check/expression-problems.ts';
import { takesText, type Shape } from '../shape/fields.ts';
import { headOf } from '../shape/keys.ts';
import type { Draft, Expression, Wanted } from '../model.ts';
import { type Node } from '../yaml/nodes.ts';
import type { Template } from '../plan.ts';
import type { Reporter } from '../reporter.ts';

const elsewhere: Field = { type: dyn, refused: 'a webhook knows only `payload`: the run does not exist yet' };
const scope = fields({
  payload: { type: dyn },
  ...Object.fromEntries(['inputs', 'vars', 'run', 'steps', 'each'].map(name => [name, elsewhere])),
});

/** Reads and checks the expressions of a webhook; they see `payload`, which can be anything (docs/language.md, rule 18). */
export class WebhookExpressions {
  private readonly drafts: DraftReader;
  private readonly reporter: Reporter;

  constructor(drafts: DraftReader, reporter: Reporter) {
    this.drafts = drafts;
    this.reporter = reporter;
  }

  /** `if`, `once`: the bare expression, made ready for the run. */
  bare(node: Node, wants: Wanted, what: string): string | undefined {
    const draft = this.drafts.bare(node, wants, what);
    if (draft?.kind === 'cel') return this.ready(draft.expression);
    return draft?.kind === 'lit' ? (draft.value === true ? 'true' : 'false') : undefined;
  }

  /** A value with `${{ }}` in it, the rest as it stands. */
  value(node: Node, shape: Shape, what: string): Template | undefined {
    switch (node.kind) {
      case 'scalar':
        if (typeof node.value !== 'string' || !node.value.includes('${{')) return { lit: node.value };
        return this.template(this.drafts.template(node, { kind: 'field', shape }, what));
      case 'list': {
        const of = shape.kind === 'list' ? shape.of : shape;
        const items = node.items.map((item, i) => this.value(item, of, `${what}[${i}]`));
        return items.every(item => item !== undefined) ? { list: items } : undefined;
      }
      case 'map':
        return this.reporter.refuse('DB2003', headOf(node, this.reporter), {
          what,
          wanted: takesText(shape) ? 'text' : 'a value',
          found: 'a map',
        });
    }
  }

  private template(draft: Draft | undefined): Template | undefined {
    if (draft?.kind === 'cel') {
      const cel = this.ready(draft.expression);
      return cel === undefined ? undefined : { cel };
    }
    if (draft?.kind !== 'text') return undefined;
    const parts = draft.parts.map(part => {
      if (typeof part === 'string') return part;
      const cel = this.ready(part);
      return cel === undefined ? undefined : { cel };
    });
    return parts.every(part => part !== undefined) ? { text: parts } : undefined;
  }

  private ready(expression: Expression): string | undefined {
    const checked = parseCheck(expression.source, scope, (name, known) => this.reporter.nearest(name, known));
    if ('problems' in checked) {
      reportProblems(checked.problems, expression, this.reporter);
      return undefined;
    }
    reportMisfit(checked.type, expression, this.reporter);
    return checked.source.trim();
  }
}
