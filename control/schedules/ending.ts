import type { Client } from '@temporalio/client';
import { readPeople } from '../config/people.ts';
import { readExisting } from './existing.ts';
import { whatEnds } from './signature.ts';

/**
 * Each schedule of drillbook's in the namespace, and why its drills do not start, or soon will not, by the worker's drillbook.yaml as it
 * stands now. None where that cannot be read: who asks is told so otherwise. Throws when Temporal does not answer.
 */
export function endingSchedules(client: Client, configPath: string, clock: () => number) {
  return async (): Promise<readonly { readonly name: string; readonly wrong?: string }[]> => {
    const people = await readPeople(configPath);
    if ('unreadable' in people) return [];
    return (await readExisting({ client })).map(({ id, start }) => {
      const wrong = whatEnds(start, people, clock())?.why;
      return { name: id, ...(wrong === undefined ? {} : { wrong }) };
    });
  };
}
