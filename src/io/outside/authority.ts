/** Hosts of URLs, in one spelling. Pure. */

/** In lower case, without the brackets of IPv6 and the dot of a full name. */
export function nameOf(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
}

/** `host:port`, with the port that the scheme means. */
export function authorityOf({ hostname, port, protocol }: URL): string {
  return `${nameOf(hostname)}:${port || (protocol === 'https:' ? '443' : '80')}`
}
