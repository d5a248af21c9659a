/** Markdown by hand: what the generated pages need of it. */

/** Code in a line of text, whatever backticks are in it. */
export function code(text: string): string {
  if (!text.includes('`')) return `\`${text}\``;
  return `\`\` ${text} \`\``;
}

export function codeBlock(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}

/** A table; undefined where it has no rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string | undefined {
  if (rows.length === 0) return undefined;
  const line = (cells: readonly string[]): string =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** Paragraphs to a page; what is undefined is left out. */
export function page(parts: readonly (string | undefined)[]): string {
  return `${parts.filter(part => part !== undefined).join('\n\n')}\n`;
}
