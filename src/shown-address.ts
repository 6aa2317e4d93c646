/**
 * An address as people may read it: without the login and the query, which may hold secrets. It
 * need not be a valid URL.
 */
export function shownAddress(address: string): string {
  const plain = address.replace(/[?#].*$/s, '')
  const url = URL.parse(address)
  // Of what nobody can read as a URL, everything before an @ may be a login.
  if (!url || !/^https?:$/.test(url.protocol)) return address.replace(login, '$1').replace(rest, '')
  if (url.username === '' && url.password === '') return plain
  const path = url.pathname === '/' && !plain.endsWith('/') ? '' : url.pathname
  return `${url.protocol}//${url.host}${path}`
}

const login = /^((?:[a-z][a-z\d+.-]*:)?\/\/)?.*@/is
const rest = /[?#].*$/s
