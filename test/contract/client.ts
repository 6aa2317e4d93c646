import http from 'node:http'
import https from 'node:https'
import type { Access } from '../cluster/control-plane/kubeconfig.ts'

export interface Request {
  method: string
  path: string
  body?: unknown
  /** JSON where absent. */
  contentType?: string
  accept?: string
}

export interface Answer {
  status: number
  /** Parsed where it is JSON. */
  body: unknown
}

/** Sends one request, whose answer is taken as it comes. */
export type Send = (request: Request) => Promise<Answer>

/** A client that judges nothing: refusals are answers too. */
export function clientOf({ server, ca, token }: Access): Send {
  const isSecure = server.startsWith('https:')
  return async ({ method, path, body, contentType = 'application/json', accept }) => {
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
    const headers = {
      accept: accept ?? 'application/json',
      ...(text !== undefined && {
        'content-type': contentType,
        'content-length': Buffer.byteLength(text),
      }),
      ...(token && { authorization: `Bearer ${token}` }),
    }
    const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const start = isSecure ? https.request : http.request
      const request = start(server + path, { method, headers, ...(ca && { ca }) }, resolve)
      request.once('error', reject)
      request.end(text)
    })
    let all = ''
    for await (const chunk of answer.setEncoding('utf8')) all += String(chunk)
    return { status: answer.statusCode ?? 0, body: parsed(all) }
  }
}

/** JSON, lines of JSON as a watch sends them, or the text itself. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    try {
      return text
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line))
    } catch {
      return text
    }
  }
}
