/** TLS before a server that speaks plain HTTP, with a certificate of an authority of its own. */
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { parse, stringify } from 'yaml'
import {
  loopbackAuthority,
  loopbackCertificate,
  loopbackKey,
} from '../../test/support/loopback-certificates.ts'
import { passOn } from './pass-on.ts'

export interface TlsFront {
  /** A kubeconfig for it, with the authority in a file. */
  kubeconfigPath: string
  close(): Promise<void>
}

/** Passes connections on to the server of `kubeconfig`, whose address is on the loopback device. */
export async function startTlsFront(kubeconfig: string): Promise<TlsFront> {
  // Our own: the embedded cluster writes it.
  const config = parse(kubeconfig) as {
    clusters: [{ cluster: Record<string, string> }]
    users: [{ user: Record<string, string> }]
  }
  const { cluster } = config.clusters[0]
  const { hostname, port } = new URL(cluster.server ?? '')
  const open = new Set<Socket>()
  // As every server that is written in Go: without it the first answer of a connection waits 40 ms
  // for the client's word that it has the tickets of TLS.
  const options = { cert: loopbackCertificate, key: loopbackKey, noDelay: true }
  const server = createServer(options, (client) => {
    const upstream = connect(Number(port), hostname).setNoDelay(true)
    passOn(client, upstream, open)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-canary-tls-'))
  // A server that listens on TCP has an address of this form.
  const { port: own } = server.address() as AddressInfo
  cluster.server = `https://127.0.0.1:${own}`
  cluster['certificate-authority'] = join(folder, 'ca.crt')
  // kubectl asks for a password where TLS is spoken and no login is named.
  config.users[0].user.token ??= 'bench'
  writeFileSync(join(folder, 'ca.crt'), loopbackAuthority)
  writeFileSync(join(folder, 'kubeconfig'), stringify(config), { mode: 0o600 })
  return {
    kubeconfigPath: join(folder, 'kubeconfig'),
    async close() {
      server.close()
      for (const socket of open) socket.destroy()
      await once(server, 'close')
      rmSync(folder, { recursive: true })
    },
  }
}
