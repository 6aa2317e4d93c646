/**
 * Connections for commands, which send a few requests and end. Node's own client takes longer to
 * load than such requests take: 6 ms of a processor at each start.
 */
import type { Socket } from 'node:net'
import { type AnswerReader, createAnswerReader, type ReadAnswer } from './answer-reader.ts'
import {
  connectMs,
  keepAliveMs,
  type Link,
  type LinkOptions,
  limitConnect,
  type WireAnswer,
  type WireRequest,
} from './link.ts'
import { requestText } from './request-text.ts'

/** One request, from when it is asked for until it is answered or given up. */
interface Job {
  text: Buffer
  reader: AnswerReader
  succeed(answer: ReadAnswer): void
  fail(error: unknown): void
}

/** A connection, and the job that it is at. */
interface Line {
  socket: Socket
  job?: Job | undefined
}

/** Nothing is connected before the first request; for servers without a proxy in between. */
export function briefLink(options: LinkOptions): Link {
  const { connections = Number.POSITIVE_INFINITY, perConnection } = options
  const { host } = new URL(options.connection.server)
  const lines = new Set<Line>()
  const waiting: Job[] = []
  let underWay = 0
  let isClosing = false
  /** Of an earlier connection: with it the next one is made sooner. */
  let session: Buffer | undefined

  function begin(job: Job): void {
    const idle = [...lines].find((line) => !line.job)
    const most = Math.min(connections, Math.ceil(underWay / perConnection))
    if (idle) run(idle, job)
    else if (lines.size < most) open(job)
    else waiting.push(job)
  }

  function open(job: Job): void {
    const socket = connectTo(options, session)
    const line: Line = { socket, job }
    lines.add(line)
    socket.on('session', (ticket: Buffer) => {
      session = ticket
    })
    socket.once(readyEvent(options), () => send(line))
    socket.on('data', (bytes: Buffer) => hear(line, () => line.job?.reader.take(bytes)))
    socket.on('end', () => hear(line, () => line.job?.reader.end()))
    socket.on('error', (error) => {
      session = undefined
      drop(line, error)
    })
    socket.on('close', () => drop(line, reset('socket hang up')))
    socket.on('timeout', () => drop(line, reset('the connection was idle')))
  }

  function run(line: Line, job: Job): void {
    line.job = job
    line.socket.ref().setTimeout(0)
    send(line)
  }

  /** Not before the server has shown who it is: a request says who asks. */
  function send({ socket, job }: Line): void {
    if (job) socket.write(job.text)
  }

  function hear(line: Line, read: () => ReadAnswer | undefined): void {
    const { job } = line
    // Nothing was asked: whatever comes then would be taken for the answer to the next request.
    if (!job) {
      drop(line, reset('the server spoke unasked'))
      return
    }
    try {
      const answer = read()
      if (answer) finish(line, job, answer)
    } catch (error) {
      drop(line, error)
    }
  }

  function finish(line: Line, job: Job, answer: ReadAnswer): void {
    line.job = undefined
    if (answer.isReusable && !isClosing) {
      const next = waiting.shift()
      if (next) run(line, next)
      else line.socket.setTimeout(keepAliveMs).unref()
    } else drop(line, reset('the server closed the connection'))
    job.succeed(answer)
  }

  function drop(line: Line, error: unknown): void {
    if (!lines.delete(line)) return
    line.socket.destroy()
    line.job?.fail(error)
    line.job = undefined
    const next = waiting.shift()
    if (next) begin(next)
  }

  function giveUp(job: Job, reason: unknown): void {
    const at = waiting.indexOf(job)
    if (at >= 0) waiting.splice(at, 1)
    job.fail(reason)
    for (const line of lines) if (line.job === job) drop(line, reason)
  }

  return {
    async send(request) {
      if (request.signal.aborted) throw request.signal.reason
      underWay += 1
      try {
        return answerOf(await ask(request, host, { begin, giveUp }))
      } finally {
        underWay -= 1
      }
    },
    async close() {
      isClosing = true
      for (const line of lines) if (!line.job) drop(line, reset('closed'))
    },
    async destroy() {
      isClosing = true
      for (const job of waiting.splice(0)) job.fail(reset('closed'))
      for (const line of lines) drop(line, reset('closed'))
    },
  }
}

function ask(
  request: WireRequest,
  host: string,
  { begin, giveUp }: { begin(job: Job): void; giveUp(job: Job, reason: unknown): void },
): Promise<ReadAnswer> {
  const { signal, method } = request
  const { promise, resolve, reject } = Promise.withResolvers<ReadAnswer>()
  const job: Job = {
    text: requestText(request, host),
    reader: createAnswerReader(method !== 'HEAD'),
    succeed: resolve,
    fail: reject,
  }
  const stop = () => giveUp(job, signal.reason)
  signal.addEventListener('abort', stop)
  begin(job)
  return promise.finally(() => signal.removeEventListener('abort', stop))
}

function isEncrypted({ connection }: LinkOptions): boolean {
  return connection.server.startsWith('https:')
}

function readyEvent(options: LinkOptions): 'secureConnect' | 'connect' {
  return isEncrypted(options) ? 'secureConnect' : 'connect'
}

function connectTo(options: LinkOptions, session: Buffer | undefined): Socket {
  const { connection, tls } = options
  const { hostname, port, protocol } = new URL(connection.server)
  const isTls = isEncrypted(options)
  // URLs have IPv6 addresses in brackets, sockets don't.
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const to = { host, port: Number(port || (protocol === 'https:' ? 443 : 80)), noDelay: true }
  const net = process.getBuiltinModule('node:net')
  // An address is no name to ask a server for.
  const { servername = net.isIP(host) ? '' : host } = tls
  // Not imported: a command that speaks plain HTTP starts sooner without TLS.
  const socket = isTls
    ? process
        .getBuiltinModule('node:tls')
        .connect({ ...to, ...tls, servername, session, ALPNProtocols: ['http/1.1'] })
    : net.connect(to)
  limitConnect(socket, isTls, connectMs(connection))
  return socket
}

function answerOf({ statusCode, headers, body }: ReadAnswer): WireAnswer {
  return {
    statusCode,
    headers,
    body: {
      text: async () => body.toString('utf8'),
      async *[Symbol.asyncIterator]() {
        yield body
      },
      on: () => ({ destroy() {} }),
    },
  }
}

/** As Node's own client says it. */
function reset(message: string): Error {
  return Object.assign(new Error(message), { code: 'ECONNRESET' })
}
