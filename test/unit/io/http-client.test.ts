import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ProviderError } from '../../../src/errors.ts'
import { createHttp, type HttpOptions } from '../../../src/io/http-client.ts'
import { fakeClock } from './fake-clock.ts'
import { type Answer, type ApiStub, inTurn, startApiStub } from './kube/api-stub.ts'
import { serverCertificate, serverKey } from './kube/certificates.ts'
import { startProxy } from './proxy-stub.ts'

async function running(answer: Answer, options: HttpOptions = {}) {
  const at = await startApiStub(answer)
  const http = createHttp(options)
  return {
    at,
    http,
    async [Symbol.asyncDispose]() {
      await http.close()
      await at[Symbol.asyncDispose]()
    },
  }
}

const ok: Answer = (response) => void response.end('done')
const moved =
  (status: number, location: string): Answer =>
  (response) =>
    void response.writeHead(status, { location }).end('moved')
const asked = (at: ApiStub) => at.asked.map(({ method, url, body }) => `${method} ${url} ${body}`)

async function failure(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ProviderError)) throw new Error(`expected a ProviderError, got ${error}`)
  return error
}

describe('an answer', () => {
  test('is given whatever its status, with headers and body', async () => {
    await using on = await running((response) => {
      response.writeHead(503, { 'retry-after': '3', 'set-cookie': ['a=1', 'b=2'] }).end('büsy')
    })
    const answer = await on.http({
      method: 'POST',
      url: `${on.at.url}/hook?a=b`,
      headers: { 'content-type': 'application/json' },
      body: '{}',
      timeoutMs: 0,
    })
    expect(answer).toMatchObject({ status: 503, body: 'büsy' })
    expect(answer.headers).toMatchObject({ 'retry-after': '3', 'set-cookie': 'a=1, b=2' })
    expect(asked(on.at)).toEqual(['POST /hook?a=b {}'])
  })

  test('is refused when it is too long', async () => {
    await using on = await running((response) => void response.end('x'.repeat(11)), {
      maxAnswerBytes: 10,
    })
    const error = await failure(on.http({ url: on.at.url, timeoutMs: 0 }))
    expect(error.message).toBe(`GET ${on.at.url}: the answer is longer than 10 bytes`)
  })

  test('may be cut where no more of it is wanted, however it goes on', async () => {
    await using on = await running((response) => void response.write('x'.repeat(100)), {
      maxAnswerBytes: 10,
    })
    expect(await on.http({ url: on.at.url, mostBytes: 5, timeoutMs: 0 })).toMatchObject({
      status: 200,
      body: 'xxxxx',
    })
  })

  test('64 long ones at once are held for one tenant as far as its share goes, and hold up no other', async () => {
    const long = 'x'.repeat(40_000)
    const open: (() => void)[] = []
    await using on = await running(
      (response, { url = '' }) => {
        if (url === '/hangs') {
          response.write(long)
          open.push(() => response.end('.'))
        } else response.end(long)
      },
      { maxAnswerBytes: 50_000, heldBytes: { each: 100_000, all: 200_000 } },
    )
    const get = (tenant: string, path: string) =>
      on.http({ method: 'GET', url: `${on.at.url}${path}`, tenant, timeoutMs: 0 })
    const held = Array.from({ length: 64 }, () => get('noisy', '/hangs'))
    await expect.poll(() => open.length).toBe(64)

    expect((await get('quiet', '/')).body).toHaveLength(long.length)

    // None of those that wait is lost.
    for (const end of open) end()
    for (const answer of await Promise.all(held)) expect(answer.body).toHaveLength(long.length + 1)
  })

  test('to a URL with a login carries it as a header', async () => {
    await using on = await running(ok)
    await on.http({ url: on.at.url.replace('//', '//jane:s%40crit@'), timeoutMs: 0 })
    expect(on.at.asked[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('jane:s@crit').toString('base64')}`,
    )
  })
})

/** Says that it keeps connections, and drops each at the second request on it, unanswered. */
function dropping(): Answer {
  const used = new WeakSet<object>()
  return (response) => {
    const { socket } = response.req
    if (used.has(socket)) return void socket.resetAndDestroy()
    used.add(socket)
    response.end('done')
  }
}

describe('a connection that the server drops just when it is used again', () => {
  test('never carries a POST: nobody knows whether it was taken, so that each has its own', async () => {
    await using on = await running(dropping())
    const request = { method: 'POST', url: on.at.url, body: 'x', timeoutMs: 0 } as const
    for (let call = 1; call <= 3; call++) expect((await on.http(request)).body).toBe('done')
    expect(on.at.asked).toHaveLength(3)
  })

  test('costs a GET nothing: it is sent once more', async () => {
    await using on = await running(dropping())
    for (let call = 1; call <= 3; call++)
      expect((await on.http({ url: on.at.url, timeoutMs: 0 })).body).toBe('done')
  })

  test('ends a GET that meets with nothing else', async () => {
    await using on = await running((response) => void response.req.socket.resetAndDestroy())
    const error = await failure(on.http({ url: on.at.url, timeoutMs: 0 }))
    expect(error.isFinal).toBe(false)
    expect(on.at.asked).toHaveLength(2)
  })
})

describe('redirects', () => {
  test.each([301, 302, 303])('of status %i turn a POST into a GET', async (status) => {
    await using on = await running(inTurn(moved(status, '/next'), ok))
    const request = { method: 'POST', url: `${on.at.url}/hook`, body: 'x', timeoutMs: 0 } as const
    expect((await on.http(request)).body).toBe('done')
    expect(asked(on.at)).toEqual(['POST /hook x', 'GET /next '])
  })

  test.each([307, 308])('of status %i repeat the POST', async (status) => {
    await using on = await running(inTurn(moved(status, '/next'), ok))
    const request = { method: 'POST', url: `${on.at.url}/hook`, body: 'x', timeoutMs: 0 } as const
    expect((await on.http(request)).status).toBe(200)
    expect(asked(on.at)).toEqual(['POST /hook x', 'POST /next x'])
  })

  test('end after ten', async () => {
    await using on = await running(moved(302, '/again'))
    const error = await failure(on.http({ url: on.at.url, timeoutMs: 0 }))
    expect(error.message).toContain('stopped after 10 redirects')
    expect(on.at.asked).toHaveLength(11)
  })

  test('to another host carry no header that may be a credential', async () => {
    await using other = await startApiStub(ok)
    await using on = await running(moved(307, `${other.url}/x`))
    const headers = {
      Authorization: 'Bearer secret',
      'x-api-key': 'secret',
      'X-Tenant': 'secret',
      'Content-Type': 'application/json',
    }
    const url = on.at.url.replace('//', '//jane:secret@')
    await on.http({ method: 'POST', url, headers, body: '{}', timeoutMs: 0 })
    expect(other.asked[0]?.headers).toMatchObject({ 'content-type': 'application/json' })
    expect(JSON.stringify(other.asked[0]?.headers)).not.toContain('secret')
  })

  test('to the same host keep the headers', async () => {
    await using on = await running(inTurn(moved(302, '/next'), ok))
    await on.http({ url: on.at.url, headers: { Authorization: 'Bearer t' }, timeoutMs: 0 })
    expect(on.at.asked[1]?.headers).toMatchObject({ authorization: 'Bearer t' })
  })

  test.each(['file:///etc/passwd', 'unix:/run/x.sock', 'ftp://host/x', 'gopher://host'])(
    'to %s are not followed',
    async (location) => {
      await using on = await running(moved(302, location))
      expect(await on.http({ url: on.at.url, timeoutMs: 0 })).toMatchObject({ status: 302 })
      expect(on.at.asked).toHaveLength(1)
    },
  )

  test('that lead nowhere are the answer', async () => {
    await using on = await running((response) => void response.writeHead(302).end('where to?'))
    expect(await on.http({ url: on.at.url, timeoutMs: 0 })).toMatchObject({
      status: 302,
      body: 'where to?',
    })
  })
})

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
