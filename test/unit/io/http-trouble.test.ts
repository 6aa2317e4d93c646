/** Requests without an answer, over TLS and by proxies. */
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createHttp } from '../../../src/io/http-client.ts'
import { fakeClock } from './fake-clock.ts'
import { asked, failure, ok, running } from './http-clients.ts'
import { startApiStub } from './kube/api-stub.ts'
import { serverCertificate, serverKey } from './kube/certificates.ts'
import { startProxy } from './proxy-stub.ts'

describe('without an answer', () => {
  test('says so when the time is up, also in the middle of an answer', async () => {
    const clock = fakeClock()
    const reached = Promise.withResolvers<void>()
    await using on = await running(
      (response) => {
        response.write('half')
        reached.resolve()
      },
      { clock },
    )
    const error = failure(on.http({ url: `${on.at.url}/services/T0/SECRET`, timeoutMs: 5_000 }))
    await reached.promise
    clock.step(5_000)
    expect((await error).message).toBe(`GET ${on.at.url}: no answer within 5 s`)
  })

  test('names the host and the cause, but no secret of the URL', async () => {
    const gone = await startApiStub(ok)
    await gone[Symbol.asyncDispose]()
    const http = createHttp()
    const url = `${gone.url.replace('//', '//jane:hunter2@')}/services/SECRET?token=SECRET`
    const error = await failure(http({ url, timeoutMs: 0 }))
    await http.close()
    expect(error.message).toBe(`GET ${gone.url}: connection refused`)
  })

  test('ends when the caller gives up', async () => {
    const stop = new AbortController()
    await using on = await running(() => stop.abort())
    const error = await failure(on.http({ url: on.at.url, timeoutMs: 0 }, stop.signal))
    expect(error.message).toBe(`GET ${on.at.url}: given up`)
  })

  test.each([
    'not a url',
    'ftp://host/',
    'file:///etc/passwd',
    'unix:/run/x.sock',
    'http://',
    'data:text/plain,1',
  ])('refuses %s for good', async (url) => {
    const error = await failure(createHttp()({ url, timeoutMs: 0 }))
    expect(error).toMatchObject({
      message: 'the address is not an http or https URL',
      isFinal: true,
    })
  })

  test('names no part of a login that cannot be decoded', async () => {
    const error = await failure(createHttp()({ url: 'http://jane:hunter2%@host/', timeoutMs: 0 }))
    expect(error).toMatchObject({
      message: 'write % in the login of the address of host as %25',
      isFinal: true,
    })
  })

  test.each<[Record<string, string>, string]>([
    [{ 'x-key': 'hunter2\r\nx-evil: 1' }, 'invalid x-key header'],
    [{ 'x-evil: 1\r\nx': 'hunter2' }, 'invalid header key'],
    [{ authorization: 'Bearer hunter2\nx' }, 'invalid authorization header'],
  ])('refuses headers with line breaks: %j', async (headers, why) => {
    await using on = await running(ok)
    const error = await failure(on.http({ url: on.at.url, headers, timeoutMs: 0 }))
    expect(error).toMatchObject({ message: `GET ${on.at.url}: ${why}`, isFinal: true })
    expect(on.at.asked).toEqual([])
  })

  test('sends each value of a header by itself, and headers that come once', async () => {
    await using on = await running(ok)
    const headers = { 'X-Scope': ['a', 'b'], Host: ['prom.test'], 'User-Agent': ['mine'] }
    await on.http({ url: on.at.url, headers, timeoutMs: 0 })
    await on.http({ url: on.at.url, timeoutMs: 0 })
    expect(on.at.asked.map((one) => one.headers)).toMatchObject([
      { 'x-scope': 'a, b', host: 'prom.test', 'user-agent': 'mine' },
      { host: on.at.url.slice('http://'.length), 'user-agent': 'kubectl-canary' },
    ])
  })

  test('sends no line breaks of a path', async () => {
    await using on = await running(ok)
    await on.http({ url: `${on.at.url}/a\r\nx-evil: 1/b c`, timeoutMs: 0 })
    expect(asked(on.at)).toEqual(['GET /ax-evil:%201/b%20c '])
    expect(on.at.asked[0]?.headers).not.toHaveProperty('x-evil')
  })

  test('because of a failure that may pass by says so', async () => {
    const gone = await startApiStub(ok)
    await gone[Symbol.asyncDispose]()
    expect(await failure(createHttp()({ url: gone.url, timeoutMs: 0 }))).toMatchObject({
      isFinal: false,
    })
  })
})

describe('encrypted', () => {
  test('a server whose certificate nobody trusts is refused for good, unless that is accepted', async () => {
    const url = await startEncrypted('http://unused')
    const http = createHttp()
    const error = await failure(http({ url: `${url}/plain`, timeoutMs: 0 }))
    expect(error).toMatchObject({ isFinal: true })
    expect(error.message).toMatch(/certificate/)
    const answer = await http({ url: `${url}/plain`, insecureSkipVerify: true, timeoutMs: 0 })
    expect(answer.body).toBe('encrypted')
    await http.close()
  })

  test('a redirect to plain text carries no credentials', async () => {
    await using plain = await startApiStub(ok)
    const url = await startEncrypted(plain.url)
    const http = createHttp()
    const headers = { authorization: 'Bearer secret' }
    await http({ url: `${url}/moved`, headers, insecureSkipVerify: true, timeoutMs: 0 })
    await http.close()
    expect(plain.asked).toHaveLength(1)
    expect(plain.asked[0]?.headers).not.toHaveProperty('authorization')
  })
})

/** Until the end of the test; `/moved` leads to another address. */
async function startEncrypted(location: string): Promise<string> {
  const options = { cert: serverCertificate, key: serverKey }
  const server = createServer(options, ({ url }, response) => {
    if (url === '/moved') response.writeHead(307, { location }).end()
    else response.end('encrypted')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('proxies', () => {
  test('are used when the request or the environment names one', async () => {
    await using proxy = await startProxy()
    const http = createHttp({
      proxyFor: ({ hostname }) => (hostname === 'a.test' ? proxy.url : undefined),
    })
    const first = await http({ url: 'http://a.test/x', timeoutMs: 0 })
    const second = await http({ url: 'http://b.test/y', proxy: proxy.url, timeoutMs: 0 })
    await http.close()
    expect([first.body, second.body]).toEqual(['by proxy', 'by proxy'])
    expect(proxy.seen).toEqual(['GET http://a.test/x', 'GET http://b.test/y'])
  })

  test('of the environment are passed by on demand', async () => {
    await using on = await running(ok, { proxyFor: () => 'http://127.0.0.1:1' })
    const answer = await on.http({ url: on.at.url, direct: true, timeoutMs: 0 })
    expect(answer.body).toBe('done')
  })

  test('without a scheme are refused', async () => {
    await using on = await running(ok)
    const error = await failure(on.http({ url: on.at.url, proxy: 'proxy.test', timeoutMs: 0 }))
    expect(error.message).toContain('the proxy is not an http, https or socks5 URL')
  })
})
