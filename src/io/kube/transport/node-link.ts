/**
 * Connections by Node's own client. What undici brings along takes a command longer to start than
 * its requests take, and the controller 8 MB.
 */
import type { ClientRequest, IncomingMessage } from 'node:http'
import {
  connectMs,
  keepAliveMs,
  type Link,
  type LinkOptions,
  limitConnect,
  type WireAnswer,
} from './link.ts'

/** Nothing is connected before the first request; for servers without a proxy in between. */
export function nodeLink({ connection, tls, connections, perConnection }: LinkOptions): Link {
  const { protocol, hostname, port } = new URL(connection.server)
  const isEncrypted = protocol === 'https:'
  // Not imported: a command that speaks plain HTTP starts sooner without TLS.
  const { Agent, request } = process.getBuiltinModule(isEncrypted ? 'node:https' : 'node:http')
  const agent = new Agent({ keepAlive: true, timeout: keepAliveMs, ...tls })
  // URLs have IPv6 addresses in brackets, sockets don't.
  const to = { hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port }
  const underWay = new Set<ClientRequest>()
  let isClosing = false

  function track(sent: ClientRequest, signal: AbortSignal): void {
    // Given to Node, the signal would have it load streams of all kinds.
    const giveUp = () => sent.destroy(signal.reason)
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp)
    sent.once('close', () => {
      signal.removeEventListener('abort', giveUp)
      underWay.delete(sent)
      if (isClosing && underWay.size === 0) agent.destroy()
    })
  }

  return {
    send({ path, method, headers, body, signal }) {
      if (connections !== undefined)
        agent.maxSockets = Math.min(connections, Math.ceil((underWay.size + 1) / perConnection))
      // Of a DELETE Node would not tell it by itself.
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
      const sent = request({ ...to, path, method, headers: { ...headers, ...length }, agent })
      underWay.add(sent)
      track(sent, signal)
      sent.once('socket', (socket) => limitConnect(socket, isEncrypted, connectMs(connection)))
      sent.end(body)
      return answerTo(sent)
    },
    async close() {
      isClosing = true
      if (underWay.size === 0) agent.destroy()
    },
    async destroy() {
      // Those that wait for a connection are not known to the agent's.
      for (const sent of underWay) sent.destroy()
      agent.destroy()
    },
  }
}

function answerTo(request: ClientRequest): Promise<WireAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<WireAnswer>()
  request.once('response', (message) =>
    resolve({
      statusCode: message.statusCode ?? 0,
      headers: message.headers,
      body: Object.assign(message, { text: () => textOf(message) }),
    }),
  )
  // What comes after the answer its reader hears of.
  request.on('error', reject)
  return promise
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
