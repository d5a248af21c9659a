import { describe, expect, it } from 'vitest';
import { renderDot } from '../../report/graph/dot.ts';
import { renderMermaid } from '../../report/graph/mermaid.ts';
import { model, sequence, step } from './graph-sample.ts';

const sample = {
  ...model(
    [
      step('in', { phase: 'sign-in', action: 'zerto/sign-in' }),
      step('go', { action: 'approval', wall: true }),
      step('dr', { action: 'runbook', notes: ['dr.yaml, drill at site-b'] }),
      step('dr/db', { within: 'dr', forEach: true, effect: 'isolated', notes: ['if a == \'b\' && c < "d"'] }),
      { kind: 'join', id: 'join 1', phase: 'main' },
      step('end', { phase: 'finally', state: 'failed' }),
    ],
    ['in > go > dr > join 1 > end', 'dr ~> end'],
  ),
  description: 'Both {sites}.',
};

describe('Mermaid', () => {
  it('has phases, sub-runbooks, walls and closings', () => {
    expect(renderMermaid(sample).replace(/^ {2}classDef[\s\S]*/m, '')).toMatchInlineSnapshot(`
      "---
      title: "payments, drill"
      ---
      %% Both  sites ., at site-b
      flowchart TB
        subgraph p0["Sign-in"]
          direction TB
          n0["in<br/>zerto/sign-in · read"]
        end
        subgraph p1["Steps"]
          direction TB
          n1{{"go<br/>approval · read"}}
          subgraph n2["dr: dr.yaml, drill at site-b"]
            direction TB
            n3[["dr/db<br/>check/tcp · isolated<br/>if a #61;#61; #39;b#39; #38;#38; c #60; #34;d#34;"]]
          end
          n4[" "]
        end
        subgraph p2["Finally"]
          direction TB
          n5["end<br/>check/tcp · ✗ failed"]
        end
        n0 --> n1
        n1 --> n2
        n2 --> n4
        n4 --> n5
        n2 -. closes .-> n5
      "
    `);
  });

  it('says where it is more than Mermaid draws', () => {
    expect(renderMermaid(sequence(600))).toContain('%% 599 edges: Mermaid draws 500, unless its maxEdges is raised.\n');
    expect(renderMermaid(sequence(400))).not.toContain('maxEdges');
  });

  it('lets no name out of its quotes', () => {
    const hostile = 'a"]\nend\n%%{init: {}}%% `b` #quot; <img src=x>; click n0 "javascript:x"';
    const text = renderMermaid({
      ...model([step('x', { title: hostile, notes: [hostile] })]),
      title: hostile,
      facts: [hostile],
    });
    const lines = text.split('\n').filter(line => /^ *n0\[/.test(line));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^ *n0\["(?:[^"<`#;]|#\d+;|<br\/>)*"\]$/);
    expect(text).not.toContain('%%{');
    expect(text.split('\n').filter(line => line.startsWith('click'))).toEqual([]);
  });
});

describe('DOT', () => {
  it('has phases, sub-runbooks, walls and closings', () => {
    expect(renderDot(sample)).toMatchInlineSnapshot(`
      "digraph runbook {
        label="payments, drill\\nat site-b · Both {sites}.";
        labelloc=t; rankdir=TB; compound=true; fontname="Helvetica"; newrank=true;
        node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11];
        edge [color="#7b8797", arrowsize=0.7];
        subgraph cluster_phase0 {
          label="Sign-in"; style=filled; color="#f4f6f9";
          "in" [label="in\\nzerto/sign-in · read", color="#51647d", fillcolor="#ffffff"];
        }
        subgraph cluster_phase1 {
          label="Steps"; style=filled; color="#f4f6f9";
          "go" [label="go\\napproval · read", color="#51647d", fillcolor="#ffffff", style=filled, penwidth=3];
          subgraph cluster_run0 {
            label=""; style=solid; color="#c3ccd7";
            "dr" [label="dr\\nrunbook · read\\ndr.yaml, drill at site-b", color="#51647d", fillcolor="#ffffff"];
            "dr/db" [label="dr/db\\ncheck/tcp · isolated\\nif a == 'b' && c < \\"d\\"", color="#1a569b", fillcolor="#ffffff", peripheries=2];
          }
          "join 1" [label="", shape=box, style=filled, fillcolor="#7b8797", color="#7b8797", height=0.06, width=1.2];
        }
        subgraph cluster_phase2 {
          label="Finally"; style=filled; color="#f4f6f9";
          "end" [label="end\\ncheck/tcp · ✗ failed", color="#a8221a", fillcolor="#fce7e5"];
        }
        "dr" -> "dr/db" [style=invis];
        "in" -> "go";
        "go" -> "dr" [lhead=cluster_run0];
        "dr/db" -> "join 1" [ltail=cluster_run0];
        "join 1" -> "end";
        "dr/db" -> "end" [ltail=cluster_run0, style=dashed, constraint=false, tooltip="closes"];
      }
      "
    `);
  });

  it('lets no name out of its quotes', () => {
    const hostile = 'a\\"];\n} graph [x="y';
    const text = renderDot(model([step(hostile), step('b')], [`${hostile} > b`]));
    expect(text).toContain('"a\\\\\\"]; } graph [x=\\"y" -> "b";');
    expect(text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').match(/graph/g)).toEqual(['graph', 'graph']);
  });
});
