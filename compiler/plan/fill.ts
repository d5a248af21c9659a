import type { Json } from '../../actions/json.ts';
import { evaluate, renderTemplate } from '../../expressions/evaluate.ts';
import type { Shape } from '../shape/fields.ts';
import { fitValue } from '../inputs/fit.ts';
import { isKnownSource, type Known } from './known.ts';
import type { Draft, Expression, Resolved } from '../model.ts';
import type { Template } from '../plan.ts';
import type { Reporter } from '../reporter.ts';
import type { Range } from '../yaml/source.ts';

/**
 * Drafts to a Plan's templates. What reads only what is known before the run becomes a literal now and is checked like
 * one: a wrong input is refused at the start, not in the middle of a night.
 */
export class Filler {
  private readonly known: Known;
  private readonly resolved: Resolved;
  private readonly reporter: Reporter;

  constructor(known: Known, resolved: Resolved, reporter: Reporter) {
    this.known = known;
    this.resolved = resolved;
    this.reporter = reporter;
  }

  fill(draft: Draft): Template {
    switch (draft.kind) {
      case 'lit':
        return { lit: draft.value };
      case 'cel':
        return this.one(draft.expression, draft.at);
      case 'text':
        return this.text(draft);
      case 'list': {
        const items = draft.items.map(item => this.fill(item));
        return items.every(isLiteral) ? { lit: items.map(i => i.lit) } : { list: items };
      }
      case 'map': {
        const entries = [...draft.entries].map(([key, value]) => [key, this.fill(value)] as const);
        if (entries.every((e): e is readonly [string, { lit: Json }] => isLiteral(e[1])))
          return { lit: Object.fromEntries(entries.map(([key, { lit }]) => [key, lit])) };
        return { map: Object.fromEntries(entries) };
      }
    }
  }

  /** The source of an expression in the Plan. */
  source(expression: Expression): string {
    return (this.resolved.get(expression) ?? expression.source).trim();
  }

  private one(expression: Expression, at: Range): Template {
    const cel = this.source(expression);
    // A condition stays: whoever reads the Plan sees what was asked.
    if (expression.wants.kind === 'condition' || !this.isKnown(expression)) return { cel };
    const result = evaluate(cel, this.known.values);
    if (!result.ok) return { cel };
    return expression.wants.kind === 'field'
      ? this.fitted(result.value, expression.wants.shape, expression.what, at)
      : { lit: result.value };
  }

  private text(draft: Draft & { kind: 'text' }): Template {
    const parts: (string | { readonly cel: string })[] = [];
    const add = (text: string): void => {
      const last = parts[parts.length - 1];
      if (typeof last === 'string') parts[parts.length - 1] = last + text;
      else if (text !== '') parts.push(text);
    };
    let what = '';
    for (const part of draft.parts) {
      if (typeof part === 'string') {
        add(part);
        continue;
      }
      what = part.what;
      const cel = this.source(part);
      const text = this.isKnown(part) ? renderTemplate({ text: [{ cel }] }, this.known.values) : undefined;
      if (text?.ok === true && typeof text.value === 'string') add(text.value);
      else parts.push({ cel });
    }
    const [only = ''] = parts;
    if (parts.length > 1 || typeof only !== 'string') return { text: parts };
    return draft.shape === undefined ? { lit: only } : this.fitted(only, draft.shape, what, draft.at);
  }

  private isKnown({ source }: Expression): boolean {
    return isKnownSource(source, this.known);
  }

  /** A value that an expression gave, against the field that it is for. */
  private fitted(value: Json, shape: Shape, what: string, at: Range): Template {
    const fit = fitValue(value, shape);
    if ('value' in fit) return { lit: fit.value };
    this.reporter.report('DB6005', at, { what, why: fit.why });
    return { lit: value };
  }
}

export const isLiteral = (t: Template): t is { readonly lit: Json } => 'lit' in t;
