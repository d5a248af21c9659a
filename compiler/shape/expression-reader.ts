import { describeShape, takesText } from './fields.ts';
import { headOf } from './keys.ts';
import { locate } from '../yaml/locate.ts';
import type { Draft, Expression, Wanted } from '../model.ts';
import { describeNode, type Node, type ScalarNode } from '../yaml/nodes.ts';
import type { Reporter } from '../reporter.ts';
import { mendedLine, quote } from '../yaml/mend.ts';
import { reportLostComment } from '../yaml/common-mistakes.ts';
import { splitTemplate } from './template.ts';

/** Texts and expressions of one value: more would cost the square of its length to place what is wrong with them. */
const maxParts = 200;
/** Of the `${{` that nothing closes in one value, so many are told. */
const maxUnclosed = 10;

/** Reads conditions and text with `${{ }}` in it, and collects the expressions. */
export class ExpressionReader {
  protected readonly reporter: Reporter;
  /** Every expression that was met. */
  readonly expressions: Expression[] = [];

  constructor(reporter: Reporter) {
    this.reporter = reporter;
  }

  /** A condition: `if`, `that`. */
  condition(node: Node, what: string): Draft | undefined {
    return this.bare(node, { kind: 'condition' }, what);
  }

  /** An expression without `${{ }}`. */
  bare(node: Node, wants: Wanted, what: string): Draft | undefined {
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return { kind: 'lit', value: node.value, at: node };
    // What begins with a bracket or a brace is no text to YAML.
    if (node.kind !== 'scalar' && !this.reporter.source.text.slice(node.start, node.end).includes('\n'))
      return this.reporter.refuse('DB1015', node, {
        mended: mendedLine(this.reporter, node, quote(this.reporter.source.text.slice(node.start, node.end))),
      });
    if (node.kind !== 'scalar' || typeof node.value !== 'string')
      return this.reporter.refuse('DB2003', headOf(node, this.reporter), {
        what,
        wanted: 'an expression',
        found: describeNode(node),
      });
    if (node.value.includes('${{')) {
      const mended = node.value.trim().replace(/^\$\{\{\s*([\s\S]*?)\s*\}\}$/, '$1');
      const text = node.style === 'plain' ? mended : quote(mended);
      return this.reporter.refuse('DB3007', node, {
        mended:
          mended.includes('${{') || node.style === 'block'
            ? 'the expression alone'
            : mendedLine(this.reporter, node, text),
      });
    }
    const expression = this.expression(node.value, node, 0, wants, what);
    return { kind: 'cel', expression, at: node };
  }

  /** Text with `${{ }}` in it; alone it keeps its type. */
  template(node: ScalarNode, wants: Wanted, what: string): Draft | undefined {
    reportLostComment(node, this.reporter);
    const split = splitTemplate(String(node.value));
    if (split.parts.length > maxParts)
      return this.reporter.refuse('DB3008', headOf(node, this.reporter), {
        message: `${what}: more than ${maxParts} texts and expressions in one value`,
      });
    for (const open of split.open.slice(0, maxUnclosed))
      this.reporter.report('DB3002', this.locateIn(node, open, open + 3), {});
    const [only, ...more] = split.parts;
    // A block ends with a line feed that nobody sees.
    const [behind] = more;
    const unseen = node.style === 'block' && typeof behind === 'string' && /^\n+$/.test(behind);
    const alone = more.length === (unseen ? 1 : 0);
    if (split.open.length === 0 && alone && only !== undefined && typeof only !== 'string')
      return { kind: 'cel', expression: this.expression(only.source, node, only.offset, wants, what), at: node };
    if (split.open.length === 0 && (wants.kind === 'items' || (wants.kind === 'field' && !takesText(wants.shape)))) {
      const wanted = wants.kind === 'items' ? 'a list' : describeShape(wants.shape);
      this.reporter.report('DB2003', node, { what, wanted, found: 'text round an expression' });
    }
    // Its expressions are looked at whatever else is wrong with it.
    const parts = split.parts.map(p =>
      typeof p === 'string' ? p : this.expression(p.source, node, p.offset, { kind: 'text' }, what),
    );
    return { kind: 'text', parts, at: node, ...(wants.kind === 'field' && { shape: wants.shape }) };
  }

  expression(source: string, node: ScalarNode, offset: number, wants: Wanted, what: string): Expression {
    const expression: Expression = { source, node, offset, wants, what };
    this.expressions.push(expression);
    return expression;
  }

  private locateIn(node: ScalarNode, start: number, end: number): { start: number; end: number } {
    return locate(this.reporter.source.text, node, start, end);
  }
}
