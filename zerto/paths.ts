/** An id as one segment of a path. */
export function segment(id: string): string {
  // `..` survives percent-encoding and would climb to another resource; an empty id would name the whole list.
  if (id === '' || id === '.' || id === '..') throw new TypeError(`"${id}" is not an identifier of the ZVM`);
  return encodeURIComponent(id);
}
