/** The documentation of a command: one line, and in its own help the examples below it. */
export function withExamples(
  brief: string,
  ...examples: readonly string[]
): { readonly brief: string; readonly fullDescription: string } {
  return { brief, fullDescription: [brief, '', 'EXAMPLES', ...examples.map(example => `  ${example}`)].join('\n') };
}
