/**
 * Reads answers of HTTP/1.1 as they come over a connection: what is not exactly as RFC 9112 has it
 * is refused, for who reads on takes one answer for another. Pure.
 */

import { isFieldName, isFieldValue } from './header-fields.ts'

/** One answer, whole. */
export interface ReadAnswer {
  statusCode: number
  /** By their names in lower case; values of a name that comes more than once are joined. */
  headers: Record<string, string>
  body: Buffer
  /** The connection can take another request. */
  isReusable: boolean
}

export interface AnswerReader {
  /** Takes what came; gives the answer once it is whole. Throws for what is no answer. */
  take(bytes: Buffer): ReadAnswer | undefined
  /** The connection has ended: gives an answer whose end that was. */
  end(): ReadAnswer | undefined
}

/** As Node's own client allows. */
const longestHead = 16 * 1024

/** Reads one answer; `hasBody` is false for an answer to HEAD. */
export function createAnswerReader(hasBody = true): AnswerReader {
  let unread: Buffer = Buffer.alloc(0)
  let head: Head | undefined
  let body: BodyReader | undefined

  function finish(): ReadAnswer | undefined {
    if (!head || !body?.isWhole()) return undefined
    // More than was asked for belongs to nothing.
    const isReusable = head.isPersistent && body.hasEnd && unread.length === 0
    return { statusCode: head.statusCode, headers: head.headers, body: body.bytes(), isReusable }
  }

  return {
    take(bytes) {
      unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes])
      while (!head) {
        const end = unread.indexOf('\r\n\r\n')
        if (end < 0 ? unread.length > longestHead : end > longestHead)
          throw malformed('its head is too long')
        if (end < 0) return undefined
        const read = readHead(unread.toString('latin1', 0, end))
        unread = unread.subarray(end + 4)
        if (read.statusCode === 101) throw malformed('it switches protocols')
        // Such as 103: the answer comes behind it.
        if (read.statusCode >= 200) head = read
      }
      body ??= bodyOf(head, hasBody)
      unread = body.take(unread)
      return finish()
    },
    end() {
      if (!head || !body) return undefined
      body.end()
      return finish()
    },
  }
}

interface Head {
  statusCode: number
  headers: Record<string, string>
  isPersistent: boolean
}

function readHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n')
  const [, minor, status] = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\r\n]*)?$/.exec(first) ?? []
  if (status === undefined) throw malformed('its first line is no status of HTTP/1.1')
  const headers: Record<string, string> = Object.create(null)
  for (const line of lines) {
    const colon = line.indexOf(':')
    const [name, value] = [line.slice(0, Math.max(colon, 0)), line.slice(colon + 1).trim()]
    // Before its ends are trimmed: what HTTP allows there is less than what JavaScript trims.
    if (!isFieldName(name) || !isFieldValue(line)) throw malformed('it has a malformed header')
    const key = name.toLowerCase()
    const known = headers[key]
    headers[key] = known === undefined ? value : `${known}, ${value}`
  }
  const connection = (headers.connection ?? '').toLowerCase()
  const isPersistent = minor === '1' && !/(^|,)\s*close\s*(,|$)/.test(connection)
  return { statusCode: Number(status), headers, isPersistent }
}

interface BodyReader {
  /** It says itself where it ends, so that the connection goes on behind it. */
  hasEnd: boolean
  /** Gives back what comes behind it. */
  take(bytes: Buffer): Buffer
  end(): void
  isWhole(): boolean
  bytes(): Buffer
}

function bodyOf({ statusCode, headers }: Head, hasBody: boolean): BodyReader {
  const { 'transfer-encoding': encoding, 'content-length': length } = headers
  if (!hasBody || statusCode === 204 || statusCode === 304) return ofLength(0)
  if (encoding !== undefined) {
    // Whoever reads only one of them is told another answer.
    if (length !== undefined) throw malformed('it has two lengths')
    if (encoding.toLowerCase() !== 'chunked') throw malformed('its encoding is not known')
    return inChunks()
  }
  if (length === undefined) return untilTheEnd()
  const lengths = new Set(length.split(',').map((one) => one.trim()))
  const [only = ''] = lengths
  if (lengths.size > 1 || !/^\d{1,15}$/.test(only)) throw malformed('its length is no number')
  return ofLength(Number(only))
}

function ofLength(length: number): BodyReader {
  const parts: Buffer[] = []
  let missing = length
  return {
    hasEnd: true,
    take(bytes) {
      const part = bytes.subarray(0, missing)
      if (part.length > 0) parts.push(part)
      missing -= part.length
      return bytes.subarray(part.length)
    },
    end() {},
    isWhole: () => missing === 0,
    bytes: () => joined(parts),
  }
}

function untilTheEnd(): BodyReader {
  const parts: Buffer[] = []
  let hasEnded = false
  return {
    hasEnd: false,
    take(bytes) {
      if (bytes.length > 0) parts.push(bytes)
      return bytes.subarray(bytes.length)
    },
    end() {
      hasEnded = true
    },
    isWhole: () => hasEnded,
    bytes: () => joined(parts),
  }
}

/** What a chunk is to have next; behind the last one come lines that nobody asked for. */
type Awaited = 'size' | 'data' | 'line' | 'trailer' | 'nothing'

const longestLine = 4 * 1024

function inChunks(): BodyReader {
  const parts: Buffer[] = []
  let awaited: Awaited = 'size'
  let missing = 0
  let trailers = 0

  function takeLine(line: string): Awaited {
    if (awaited === 'line') {
      if (line !== '') throw malformed('a chunk is longer than it says')
      return 'size'
    }
    if (awaited === 'trailer') {
      trailers += line.length
      if (trailers > longestHead) throw malformed('what follows its body is too long')
      return line === '' ? 'nothing' : 'trailer'
    }
    const [, digits] = /^([0-9a-f]{1,12})[\t ]*(?:;.*)?$/i.exec(line) ?? []
    if (digits === undefined) throw malformed('a chunk has no size')
    missing = Number.parseInt(digits, 16)
    return missing === 0 ? 'trailer' : 'data'
  }

  return {
    hasEnd: true,
    take(bytes) {
      let rest = bytes
      while (awaited !== 'nothing' && rest.length > 0) {
        if (awaited === 'data') {
          const part = rest.subarray(0, missing)
          parts.push(part)
          missing -= part.length
          rest = rest.subarray(part.length)
          if (missing === 0) awaited = 'line'
          continue
        }
        const end = rest.indexOf('\r\n')
        if (end < 0 ? rest.length > longestLine : end > longestLine)
          throw malformed('a line between its chunks is too long')
        if (end < 0) return rest
        awaited = takeLine(rest.toString('latin1', 0, end))
        rest = rest.subarray(end + 2)
      }
      return rest
    },
    end() {},
    isWhole: () => awaited === 'nothing',
    bytes: () => joined(parts),
  }
}

function joined(parts: readonly Buffer[]): Buffer {
  const [first, ...others] = parts
  return first && others.length === 0 ? first : Buffer.concat(parts)
}

function malformed(why: string): Error {
  return Object.assign(new Error(`the answer is not HTTP: ${why}`), { code: 'HPE_MALFORMED' })
}
