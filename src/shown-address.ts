/**
 * An address as people may read it: without the login and the query, which may hold secrets. It
 * need not be a valid URL.
 */
export function shownAddress(address: string): string {
  return address.replace(/\/\/[^/?#]*@/, '//').replace(/[?#].*$/s, '')
}
