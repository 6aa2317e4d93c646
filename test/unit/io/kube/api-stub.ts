/** A scripted HTTP server that stands for an API server, and records what it was asked. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface Asked {
  method: string
  /** Path with query. */
  url: string
  headers: IncomingMessage['headers']
  body: string
}

export type Answer = (response: ServerResponse, asked: Asked) => void | Promise<void>

export interface ApiStub extends AsyncDisposable {
  url: string
  asked: Asked[]
  /** Answers every request from now on. */
  answer(answer: Answer): void
  /** Cuts every open connection. */
  cut(): void
}

/** Starts a stub on a free port of the loopback device; `await using` stops it. */
export async function startApiStub(first: Answer): Promise<ApiStub> {
  let answer = first
  const asked: Asked[] = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, url, headers, body }
      asked.push(one)
      void answer(response, one)
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await listen(server)
  const { port } = server.address() as AddressInfo
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    answer(next) {
      answer = next
    },
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Answers with JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }
}

/** Answers each request with the next of these; the last one stays. */
export function inTurn(...answers: Answer[]): Answer {
  let next = 0
  return (response, asked) => answers[Math.min(next++, answers.length - 1)]?.(response, asked)
}

/** The Status object with which an API server refuses. */
export function status(code: number, reason: string, message: string, details?: object): Answer {
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code }
  return json(code, details ? { ...body, details } : body)
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
}
