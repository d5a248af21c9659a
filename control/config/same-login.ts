/** Whether two texts are one login. An e-mail address is the same in capitals; a subject, a member id and a user name are not. */
export function isSameLogin(kind: string, a: string, b: string): boolean {
  return loginKey(kind, a) === loginKey(kind, b);
}

/** The same text for what is the same login. Of letters A to Z alone: others have look-alikes among the capitals, as K and the sign of kelvin. */
export const loginKey = (kind: string, written: string): string =>
  kind === 'oidc' && written.includes('@') ? written.replace(/[A-Z]/g, letter => letter.toLowerCase()) : written;
