/** What stopped the set-up, as one sentence that names the mend. It is printed without a stack. */
export class SetUpProblem extends Error {
  name = 'SetUpProblem';
}

/** A line of progress for the person who waits; standard output is kept for answers. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs `main`; its number is the exit code, a SetUpProblem becomes its sentence and exit code 1. */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (problem) {
    if (!(problem instanceof SetUpProblem)) throw problem;
    say(problem.message);
    process.exitCode = 1;
  }
}
