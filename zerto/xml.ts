import { SaxesParser } from 'saxes';

/** An element as the .NET serialiser writes it: names without their namespace, attributes but `nil` left out. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
  /** `i:nil="true"`: JSON's null. */
  readonly nil: boolean;
}

/** Not well-formed, or beyond the bounds. One sentence, without a place for a dot. */
export class XmlRefused extends Error {
  override readonly name = 'XmlRefused';
}

const deepest = 64;
const longest = 64 * 1024 * 1024;

/** Reads a document strictly; a DOCTYPE is refused, so no entity but XML's own five is ever expanded. Throws XmlRefused. */
export function parseXml(text: string): XmlElement {
  if (text.length > longest) throw new XmlRefused(`it is longer than ${longest / 1024 / 1024} MiB`);
  const parser = new SaxesParser({ xmlns: true });
  const document: MutableElement = { name: '', children: [], text: '', nil: false };
  const open = [document];
  const last = () => open.at(-1) ?? document;
  parser.on('error', error => {
    throw new XmlRefused(error.message);
  });
  parser.on('doctype', () => {
    throw new XmlRefused('it has a DOCTYPE');
  });
  parser.on('opentag', tag => {
    if (open.length > deepest) throw new XmlRefused(`it is nested deeper than ${deepest}`);
    const nil = Object.values(tag.attributes).some(({ local, value }) => local === 'nil' && /^(true|1)$/.test(value));
    const element: MutableElement = { name: decodeName(tag.local), children: [], text: '', nil };
    last().children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => {
    open.pop();
  });
  for (const event of ['text', 'cdata'] as const) {
    parser.on(event, part => {
      last().text += part;
    });
  }
  parser.write(text).close();
  const [root] = document.children;
  if (root === undefined) throw new XmlRefused('it is empty');
  return root;
}

interface MutableElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

/** .NET writes what a name may not hold by its number: `Link__x007B_0_x007D_` is `Link_{0}`. */
function decodeName(name: string): string {
  return name.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
