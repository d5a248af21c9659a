/** Something on this machine is missing or in the way: one sentence with the mend, for a person. */
export class LocalProblem extends Error {
  override readonly name: string = 'LocalProblem';
}
