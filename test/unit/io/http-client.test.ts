import { describe, expect, test } from 'vitest'
import { patience } from '../../support/patience.ts'
import { asked, failure, ok, running } from './http-clients.ts'
import { type Answer, inTurn, startApiStub } from './kube/api-stub.ts'

const moved =
  (status: number, location: string): Answer =>
  (response) =>
    void response.writeHead(status, { location }).end('moved')

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
    await expect.poll(() => open.length, patience).toBe(64)

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
