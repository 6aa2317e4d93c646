/** HTTP/1.1 over one connection that is kept. */
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { causeOf } from '../../../src/io/causes.ts'
import type { LoadPlan } from '../../../src/load/plan.ts'
import { createAnswerCounter } from '../../../src/load/wire.ts'
import { endpointOf, type Outcome, type Route, type Sender } from './sender.ts'

const readBytes = 64 * 1024

/**
 * Sends the same request again and again; a connection that ends is opened anew for the next one.
 */
export function createHttp1Sender(plan: LoadPlan, request: Buffer, route: Route): Sender {
  const reader = createAnswerCounter(plan.method)
  let socket: Socket | undefined
  let waiting: ((outcome: Outcome) => void) | undefined
  /** Answers that this connection gave. */
  let answered = 0

  function finish(outcome: Outcome): void {
    const done = waiting
    waiting = undefined
    done?.(outcome)
  }

  function drop(): void {
    const old = socket
    socket = undefined
    old?.destroy()
  }

  function take(chunk: Buffer): void {
    try {
      const answer = reader.push(chunk)
      if (!answer) return
      answered += 1
      if (!answer.goesOn || !plan.keepAlive) drop()
      finish(answer)
    } catch (error) {
      failed(error)
    }
  }

  function failed(error: unknown): void {
    const wasUsed = answered > 0
    drop()
    reader.reset()
    // The server closed a connection that was idle for it, as it may.
    if (wasUsed && waiting && isReset(error)) start()
    else finish({ error: causeOf(error).text })
  }

  function start(): void {
    socket ??= open()
    socket.write(request)
  }

  function open(): Socket {
    answered = 0
    const opened = openSocket(plan.url, route, take)
    const mine = (act: () => void) => () => opened === socket && act()
    opened.on('error', (error) => mine(() => failed(error))())
    opened.on(
      'end',
      mine(() => {
        const answer = reader.end()
        if (answer) {
          drop()
          finish(answer)
        } else failed(closed())
      }),
    )
    opened.on(
      'close',
      mine(() => failed(closed())),
    )
    return opened
  }

  return {
    send(done) {
      waiting = done
      start()
    },
    abort(why) {
      drop()
      reader.reset()
      finish({ error: why })
    },
    close: drop,
  }
}

function openSocket(url: URL, route: Route, take: (chunk: Buffer) => void): Socket {
  const where = endpointOf(url, route)
  if (url.protocol === 'http:')
    return connectPlain({
      ...where,
      noDelay: true,
      // One buffer for all that is read: a stream would make one for each answer.
      onread: {
        buffer: Buffer.allocUnsafe(readBytes),
        callback(length, buffer) {
          take(Buffer.from(buffer.buffer, buffer.byteOffset, length))
          return true
        },
      },
    })
  const name = url.hostname.replace(/^\[|\]$/g, '')
  const socket = connectTls({
    ...where,
    ...(isIP(name) === 0 && { servername: name }),
    ALPNProtocols: ['http/1.1'],
    // As hey: load says nothing about certificates.
    rejectUnauthorized: false,
  })
  socket.setNoDelay(true)
  return socket.on('data', take)
}

function closed(): Error {
  return Object.assign(new Error('the server closed the connection'), { code: 'ECONNRESET' })
}

function isReset(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && /^(ECONNRESET|EPIPE)$/.test(String(error.code))
  )
}
