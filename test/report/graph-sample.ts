import type { Drawing, Shape } from '../../report/graph/drawing.ts';
import type { GraphEdge, GraphModel, GraphNode, GraphStep } from '../../report/graph/model.ts';

export function step(id: string, more: Partial<GraphStep> = {}): GraphStep {
  return { kind: 'step', id, title: id, action: 'check/tcp', notes: [], phase: 'main', effect: 'read', ...more };
}

function after(from: string, to: string): GraphEdge {
  return { kind: 'after', from, to };
}

/** `lines`: `a > b > c` waits along, `a ~> b` is closed by. Nodes in the order given. */
export function model(nodes: readonly GraphNode[], lines: readonly string[] = []): GraphModel {
  const edges = lines.flatMap(line => {
    const [opening, closing] = line.split(' ~> ');
    if (closing !== undefined && opening !== undefined)
      return [{ kind: 'closes' as const, from: opening, to: closing }];
    const ids = line.split(' > ');
    return ids.slice(1).map((to, place) => after(ids[place] ?? '', to));
  });
  return { title: 'payments, drill', facts: ['at site-b'], nodes, edges };
}

/** Steps `s0`, `s1` …, each after the one before. */
export function sequence(count: number): GraphModel {
  const ids = Array.from({ length: count }, (_, place) => `s${place}`);
  return model(
    ids.map(id => step(id)),
    count > 1 ? [ids.join(' > ')] : [],
  );
}

/** All shapes of a kind with their places in the whole picture. */
export function find<K extends Shape['kind']>(
  drawing: Drawing,
  ...kinds: readonly K[]
): readonly Extract<Shape, { readonly kind: K }>[] {
  const found: Shape[] = [];
  const walk = (shapes: readonly Shape[], x: number, y: number): void => {
    for (const shape of shapes) {
      if (shape.kind === 'group') walk(shape.shapes, x + shape.x, y + shape.y);
      else if ((kinds as readonly string[]).includes(shape.kind))
        found.push('x' in shape ? { ...shape, x: shape.x + x, y: shape.y + y } : shape);
    }
  };
  walk(drawing.shapes, 0, 0);
  return found as Extract<Shape, { readonly kind: K }>[];
}
