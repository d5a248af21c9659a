import * as z from 'zod';
import { wireObject } from './wire-value.ts';

// The bodies of the REST API in the vendor's words (docs/zerto.md §2–§6) stand in wire-*.ts. Only what is read is named
// there; the rest is kept.

const linkObject = wireObject({
  identifier: z.string().nullish(),
  href: z.string().nullish(),
  rel: z.string().nullish(),
  type: z.string().nullish(),
});

/** A linked object; plain text is its identifier, or its address. The cast as in `wireObject`. */
export const linkWire = z.preprocess(
  link => (typeof link === 'string' ? { [link.includes('/') ? 'href' : 'identifier']: link } : link),
  linkObject,
) as unknown as typeof linkObject;

/** A refusal. */
export const messageWire = wireObject({ Message: z.string() });

/** What an action gives: the id of a task, or of a settings object. */
export const identifierWire = z.string().min(1);

/** The lists of an enum's words. */
export const wordsWire = z.array(z.string());
