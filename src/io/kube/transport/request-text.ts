/** A request as HTTP/1.1 has it on the wire. Pure. */
import { isFieldName, isFieldValue } from './header-fields.ts'
import type { WireRequest } from './link.ts'

/** Throws, as Node's own client does, for what would end a line and begin another request. */
export function requestText(
  { method, path, headers, body }: Pick<WireRequest, 'method' | 'path' | 'headers' | 'body'>,
  host: string,
): Buffer {
  if (/[^\u0021-\u00ff]/.test(path))
    throw invalid('Request path contains unescaped characters', 'ERR_UNESCAPED_CHARACTERS')
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const all = { host, connection: 'keep-alive', ...headers, ...length }
  const lines = Object.entries(all).flatMap(([name, values]) =>
    [values].flat().map((value) => headerLine(name, value)),
  )
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1')
  return body === undefined ? head : Buffer.concat([head, Buffer.from(body)])
}

function headerLine(name: string, value: string): string {
  if (!isFieldName(name))
    throw invalid(`Header name must be a valid HTTP token ["${name}"]`, 'ERR_INVALID_HTTP_TOKEN')
  if (!isFieldValue(value))
    throw invalid(`Invalid character in header content ["${name}"]`, 'ERR_INVALID_CHAR')
  return `${name}: ${value}\r\n`
}

function invalid(message: string, code: string): Error {
  return Object.assign(new TypeError(message), { code })
}
