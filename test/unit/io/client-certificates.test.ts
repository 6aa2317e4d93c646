import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { createHttp } from '../../../src/io/http-client.ts'
import {
  caCertificate,
  clientCertificate,
  clientKey,
  serverCertificate,
  serverKey,
} from './kube/certificates.ts'

/** A server that asks whoever comes for a certificate, and says by which authority it is. */
async function started() {
  const tls = { cert: serverCertificate, key: serverKey, ca: caCertificate, requestCert: true }
  const server = createServer({ ...tls, rejectUnauthorized: false }, ({ socket }, response) => {
    const { authorized } = socket as TLSSocket
    response.end(authorized ? 'known' : 'stranger')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const http = createHttp()
  onTestFinished(async () => {
    await http.close()
    server.close()
  })
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { http, to: { url, timeoutMs: 0 } }
}

const login = { cert: clientCertificate, key: clientKey }

test('a certificate is shown by the request that has one, and by no other', async () => {
  const { http, to } = await started()
  const anyServer = { ...to, insecureSkipVerify: true }
  expect((await http(anyServer)).body).toBe('stranger')
  expect((await http({ ...anyServer, tls: login })).body).toBe('known')
  expect((await http(anyServer)).body).toBe('stranger')
})

test('of a server by a known authority only the name can be wrong', async () => {
  const { http, to } = await started()
  await expect(http({ ...to, tls: { ca: caCertificate } })).rejects.toThrow(/altnames/)
  await expect(http(to)).rejects.toThrow(/self-signed/)
})

test('what is no certificate is refused for good, and not shown', async () => {
  const { http, to } = await started()
  const request = { ...to, tls: { ...login, key: 'not a key' } }
  await expect(http(request)).rejects.toMatchObject({
    message: expect.stringMatching(
      /: the certificates or the key can't be read; give them as PEM$/,
    ),
    isFinal: true,
  })
})

test('any number of certificates leaves room for the next', async () => {
  const { http, to } = await started()
  for (let count = 0; count < 40; count += 1) {
    const tls = { ...login, ca: `${caCertificate}${'\n'.repeat(count)}` }
    expect((await http({ ...to, insecureSkipVerify: true, tls })).body).toBe('known')
  }
})
