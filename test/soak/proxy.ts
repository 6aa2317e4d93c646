/** A proxy before an API server that spoils some requests, as networks and servers do. */
import { once } from 'node:events'
import {
  Agent,
  createServer,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FaultyProxy {
  url: string
  /** From now on one of so many requests is spoiled; 0 spoils none. */
  setOneOf(count: number): void
  /** How often each fault happened. */
  counts(): Readonly<Record<string, number>>
  close(): void
}

interface Passage {
  request: IncomingMessage
  response: ServerResponse
  /** Has the server do it; gives its answer. */
  forward(): Promise<IncomingMessage>
  random: () => number
}

type Fault = (passage: Passage) => Promise<void>

const faults: Readonly<Record<string, Fault>> = {
  'fails with 500': async ({ response }) => refuse(response, 500, 'InternalError'),
  'is not there': async ({ response }) => refuse(response, 503, 'ServiceUnavailable'),
  'has enough to do': async ({ response }) => {
    response.setHeader('Retry-After', '1')
    refuse(response, 429, 'TooManyRequests')
  },
  'says conflict to a write': async (passage) =>
    isWrite(passage.request) ? refuse(passage.response, 409, 'Conflict') : pass(passage),
  'breaks the connection before': async ({ response }) => void response.destroy(),
  'breaks it after the effect': async ({ response, forward }) => {
    const answer = await forward()
    answer.resume()
    response.destroy()
  },
  'breaks it within the answer': async ({ response, forward }) => {
    const answer = await forward()
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.once('data', (chunk: Buffer) => {
      response.write(chunk.subarray(0, chunk.length / 2), () => response.destroy())
      answer.destroy()
    })
  },
  'takes its time': async (passage) => {
    await new Promise((resolve) => setTimeout(resolve, 50 + 450 * passage.random()))
    await pass(passage)
  },
}

/** Which one is chance: `random` gives numbers from 0 to 1. */
export async function startFaultyProxy(target: string, random: () => number): Promise<FaultyProxy> {
  const agent = new Agent({ keepAlive: true })
  const counts: Record<string, number> = {}
  let oneOf = 0
  const server = createServer((request, response) => {
    const forward = () => forwarded(request, { response, target, agent })
    const passage = { request, response, forward, random }
    const isSpoiled = oneOf > 0 && random() * oneOf < 1
    const [name, fault] = isSpoiled ? chosen(random) : ['', pass]
    if (isSpoiled) counts[name] = (counts[name] ?? 0) + 1
    fault(passage).catch(() => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    setOneOf(count) {
      oneOf = count
    },
    counts: () => counts,
    close() {
      server.closeAllConnections()
      server.close()
      agent.destroy()
    },
  }
}

function chosen(random: () => number): [string, Fault] {
  const all = Object.entries(faults)
  return all[Math.floor(random() * all.length)] ?? ['', pass]
}

/** Its body is sent on as it comes; the server hears when the client goes. */
function forwarded(
  request: IncomingMessage,
  { response, target, agent }: { response: ServerResponse; target: string; agent: Agent },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method, headers, url = '/' } = request
    const onward = send(new URL(url, target), { method, headers, agent }, resolve)
    onward.on('error', reject)
    request.pipe(onward)
    response.once('close', () => {
      if (!response.writableFinished) onward.destroy()
    })
  })
}

async function pass({ response, forward }: Passage): Promise<void> {
  const answer = await forward()
  response.writeHead(answer.statusCode ?? 502, answer.headers)
  response.flushHeaders()
  answer.on('error', () => response.destroy())
  answer.pipe(response)
}

function refuse(response: ServerResponse, code: number, reason: string): void {
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason }
  response.writeHead(code, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ ...status, metadata: {}, message: 'spoiled by the proxy' }))
}

function isWrite({ method }: IncomingMessage): boolean {
  return method !== 'GET'
}
