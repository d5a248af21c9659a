/** The ZVM says no: status and the `Message` of the body. Business refusals come as 500 (docs/zerto.md §7). */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
