/** Changes to an expression's source on its way into a Plan; where one lies inside another, the outer one counts. */
export class Edits {
  private list: { readonly start: number; readonly end: number; readonly text: string }[] = [];

  insert(at: number, text: string): void {
    this.list.push({ start: at, end: at, text });
  }

  /** Puts something round a part; what is put round it later lies outside. */
  wrap(start: number, end: number, before: string): void {
    this.list.unshift({ start, end: start, text: before });
    this.insert(end, ')');
  }

  replace(start: number, end: number, text: string): void {
    this.list = this.list.filter(e => e.start < start || e.end > end);
    this.list.push({ start, end, text });
  }

  /** What replaces exactly this part. */
  replacement(start: number, end: number): string | undefined {
    return this.list.find(e => e.start === start && e.end === end)?.text;
  }

  /** Forgets the insertions within a part. */
  dropInsertions(start: number, end: number): void {
    this.list = this.list.filter(e => e.start !== e.end || e.start < start || e.end > end);
  }

  apply(source: string): string {
    let text = '';
    let from = 0;
    for (const e of this.list.sort((a, b) => a.start - b.start || a.end - b.end)) {
      text += source.slice(from, e.start) + e.text;
      from = e.end;
    }
    return text + source.slice(from);
  }
}
