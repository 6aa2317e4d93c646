import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates } from 'node:tls'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { secureContext } from '../../../src/io/trust.ts'
import {
  loopbackAuthority,
  loopbackCertificate,
  loopbackKey,
} from '../../support/loopback-certificates.ts'

const client = new URL('../../../src/io/http-client.ts', import.meta.url).href

test('where an authority is given, no list of others is parsed beside it', () => {
  secureContext({ certificateAuthority: loopbackAuthority })
  expect(getCACertificates('default')).toEqual([])
})

test('connections to servers that the system trusts share one context', () => {
  expect(secureContext({})).toBe(secureContext({}))
})

test('a certificate of the user trusts the same, and is shown to no other server', () => {
  const own = { clientCertificate: loopbackCertificate, clientKey: loopbackKey }
  expect(secureContext(own)).not.toBe(secureContext({}))
})

test('certificates that the environment adds are trusted, by every way to a server', async () => {
  const url = await startEncrypted()
  const ca = join(mkdtempSync(join(tmpdir(), 'kubectl-canary-trust-')), 'ca.crt')
  writeFileSync(ca, loopbackAuthority)
  const trusting = { ...process.env, NODE_EXTRA_CA_CERTS: ca }
  expect(await ask(url, trusting)).toBe('encrypted')
  const { NODE_EXTRA_CA_CERTS: _, ...others } = trusting
  await expect(ask(url, others)).rejects.toThrow(/certificate/)
  const openssl = { ...others, NODE_OPTIONS: '--use-openssl-ca', SSL_CERT_FILE: ca }
  expect(await ask(url, openssl)).toBe('encrypted')
})

/** What another process with this environment reads from an address. */
async function ask(url: string, env: NodeJS.ProcessEnv): Promise<string> {
  const program = `
    const { createHttp } = await import(${JSON.stringify(client)})
    const http = createHttp()
    // Somebody was asked before whose authority is known.
    await http({ url: ${JSON.stringify(url)}, insecureSkipVerify: true, timeoutMs: 0 })
    const answer = await http({ url: ${JSON.stringify(url)}, timeoutMs: 0 })
    process.stdout.write(answer.body)
    await http.close()`
  const words = ['--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, words, { env })
  return stdout
}

/** Until the end of the test. */
async function startEncrypted(): Promise<string> {
  const options = { cert: loopbackCertificate, key: loopbackKey }
  const server = createServer(options, (_, response) => response.end('encrypted'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  // A server that listens on TCP has an address of this form.
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}
