import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Small files of long tests: where nothing is known of earlier runs, the runner begins with the largest files, and would end with these. */
const long = ['campaign', 'guard-lost', 'replay', 'locks', 'demo', 'live-page', 'readme', 'init', 'move', 'create-vpg'];

/** So that no core waits at the end for one file. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => long.some(name => moduleId.endsWith(`/${name}.test.ts`));
    return [...sorted.filter(isLong), ...sorted.filter(file => !isLong(file))];
  }
}
