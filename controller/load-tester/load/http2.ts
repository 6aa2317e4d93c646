/** HTTP/2: one connection for all that send, as hey has it. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import { isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { causeOf } from '../../../src/io/causes.ts'
import type { LoadPlan } from '../../../src/load/plan.ts'
import { endpointOf, type Outcome, type Route, type Sender } from './sender.ts'

/** Headers of a connection, which HTTP/2 has none of. */
const ofConnections = new Set(['connection', 'host', 'transfer-encoding'])

/** Makes those that share a connection. */
export function http2Senders(plan: LoadPlan, route: Route): () => Sender {
  const headers = {
    [constants.HTTP2_HEADER_METHOD]: plan.method,
    [constants.HTTP2_HEADER_PATH]: `${plan.url.pathname}${plan.url.search}`,
    [constants.HTTP2_HEADER_AUTHORITY]: plan.host || plan.url.host,
    ...Object.fromEntries(
      plan.headers
        .map(([name, value]) => [name.toLowerCase(), value] as const)
        .filter(([name]) => !ofConnections.has(name)),
    ),
  }
  let shared: ClientHttp2Session | undefined
  let users = 0

  function session(): ClientHttp2Session {
    if (shared && !shared.closed && !shared.destroyed) return shared
    const opened = open(plan.url, route)
    // Its requests fail with it, and say so.
    opened.on('error', () => opened.destroy())
    shared = opened
    return opened
  }

  function send(done: (outcome: Outcome) => void): ClientHttp2Stream {
    const stream = session().request(headers, { endStream: plan.body === '' })
    let [status, bytes] = [0, 0]
    let isDone = false
    const finish = (outcome: Outcome) => {
      if (!isDone) done(outcome)
      isDone = true
    }
    stream.on('response', (answer) => {
      status = Number(answer[constants.HTTP2_HEADER_STATUS])
    })
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    stream.on('end', () => status > 0 && finish({ status, bytes }))
    stream.on('error', (error) => finish({ error: causeOf(error).text }))
    stream.on('close', () => finish({ error: 'the server closed the connection' }))
    if (plan.body !== '') stream.end(plan.body)
    return stream
  }

  return () => {
    let current: ClientHttp2Stream | undefined
    users += 1
    return {
      send(done) {
        try {
          current = send(done)
        } catch (error) {
          done({ error: causeOf(error).text })
        }
      },
      abort: (why) => current?.destroy(new Error(why)),
      close() {
        users -= 1
        current?.close()
        if (users === 0) shared?.destroy()
      },
    }
  }
}

function open(url: URL, route: Route): ClientHttp2Session {
  const where = endpointOf(url, route)
  const name = url.hostname.replace(/^\[|\]$/g, '')
  return connect(url.origin, {
    createConnection: () =>
      connectTls({
        ...where,
        ...(isIP(name) === 0 && { servername: name }),
        ALPNProtocols: ['h2'],
        // As hey: load says nothing about certificates.
        rejectUnauthorized: false,
      }),
  })
}
