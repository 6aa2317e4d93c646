/** Loaded before a controller of a test: its questions go to that test's DNS server. */
import { promises as dns } from 'node:dns'

const servers = (process.env.TEST_DNS_SERVERS ?? '').split(',')

Object.assign(dns, {
  Resolver: class extends dns.Resolver {
    constructor(options?: ConstructorParameters<typeof dns.Resolver>[0]) {
      super(options)
      this.setServers(servers)
    }
  },
})
