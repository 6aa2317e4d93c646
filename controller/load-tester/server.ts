/** The HTTP server of the load tester. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageOf } from '../../src/errors.ts'
import type { Log } from '../../src/io/log.ts'
import { closeServer } from '../process/close-server.ts'
import { type AnswerDeps, answerTo, type Reply } from './answer.ts'

export interface LoadTesterServer {
  port: number
  /** Takes no more requests; resolves when those under way have ended, or were cut off. */
  close(): Promise<void>
}

/** Payloads are small: a command and a few names. */
const mostBodyBytes = 1024 * 1024
const readTimeoutMs = 10_000

/** Listens on all addresses; rejects when the port is taken. */
export function startLoadTesterServer(port: number, deps: AnswerDeps): Promise<LoadTesterServer> {
  const server = createServer((request, response) => {
    void reply(request, response, deps)
      .catch((error: unknown) => failed(error, deps.log))
      .then((answer) => send(response, answer))
  })
  server.requestTimeout = readTimeoutMs
  server.headersTimeout = readTimeoutMs
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, () => {
      server.off('error', reject)
      const { port: taken } = server.address() as AddressInfo
      resolve({ port: taken, close: () => closeServer(server) })
    })
  })
}

async function reply(
  request: IncomingMessage,
  response: ServerResponse,
  deps: AnswerDeps,
): Promise<Reply> {
  const { method = 'GET', url = '/', headers } = request
  const body = await bodyOf(request)
  if (body === undefined) return { status: 413, body: 'the payload is too long' }
  const path = url.replace(/\?.*$/, '')
  const { authorization } = headers
  const isGone = () => response.destroyed
  return answerTo({ method, path, body, authorization, isGone }, deps)
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > mostBodyBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function failed(error: unknown, log: Log): Reply {
  log.error({}, `a request could not be answered: ${messageOf(error)}`)
  return { status: 500, body: 'internal error' }
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  response.end(body)
}
