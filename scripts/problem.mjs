import { constants } from 'node:os';

/** What stopped the set-up, as one sentence that names the mend. It is printed without a stack. */
export class SetUpProblem extends Error {
  name = 'SetUpProblem';
}

/** A signal ended it, and that has been said: the exit code is the shell's, 128 and the signal's number. */
export class Interrupted extends Error {
  name = 'Interrupted';
  constructor(signal) {
    super(`interrupted by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** A line of progress for the person who waits; standard output is kept for answers. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs `main`; its number is the exit code, a SetUpProblem becomes its sentence and exit code 1, an Interrupted only its exit code. */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (problem) {
    process.exitCode = tellProblem(problem);
  }
}

/** Says what went wrong and gives the exit code; throws what is neither a SetUpProblem nor an Interrupted. */
export function tellProblem(problem) {
  if (problem instanceof Interrupted) return problem.exitCode;
  if (!(problem instanceof SetUpProblem)) throw problem;
  say(problem.message);
  return 1;
}
