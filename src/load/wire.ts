/** HTTP/1.1 as it is on the wire: the bytes of a request, and how far an answer goes. Pure. */
import type { LoadPlan } from './plan.ts'

/** The request that a load sends again and again. */
export function requestBytes({ url, method, host, headers, body, keepAlive }: LoadPlan): Buffer {
  const content = Buffer.from(body)
  const lines = [
    `${method} ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${host || url.host}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(content.length > 0 || method === 'POST' ? [`Content-Length: ${content.length}`] : []),
    ...(keepAlive ? [] : ['Connection: close']),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), content])
}

/** What a load test knows of an answer. */
export interface CountedAnswer {
  status: number
  bytes: number
  /** The connection may be used again. */
  goesOn: boolean
}

export interface AnswerCounter {
  /** Takes what came; the answer, once it is whole. Throws where it is no HTTP/1.x. */
  push(chunk: Buffer): CountedAnswer | undefined
  /** The connection ended: the answer, where that is its end. */
  end(): CountedAnswer | undefined
  /** Forgets what it has of an answer that nobody waits for. */
  reset(): void
}

const mostHeadBytes = 64 * 1024

/**
 * Reads one answer after the other on one connection; one request is under way at a time. It is no
 * `createAnswerReader` of `src/io/kube/transport`: that keeps the body and refuses what is not as
 * RFC 9112 has it, while a test counts the bytes of whatever a server answers, thousands of times a
 * second.
 */
export function createAnswerCounter(method: string): AnswerCounter {
  /** A copy: what is read into may be used again. */
  let kept: Buffer | undefined
  let head: Head | undefined
  /** Bytes of the body, or of a chunk and its line end, that are to come. */
  let left = 0
  let bytes = 0

  function done(goesOn: boolean): CountedAnswer {
    const answer = { status: head?.status ?? 0, bytes, goesOn }
    reset()
    return answer
  }

  function reset(): void {
    kept = undefined
    head = undefined
    left = 0
    bytes = 0
  }

  /** What follows the head, once that is there. */
  function afterHead(data: Buffer): Buffer | undefined {
    let rest = data
    while (!head) {
      const end = rest.indexOf('\r\n\r\n')
      if (end < 0) {
        if (rest.length > mostHeadBytes) throw new Error('the head of the answer is too long')
        kept = Buffer.from(rest)
        return undefined
      }
      const read = readHead(rest.toString('latin1', 0, end + 2), method)
      rest = rest.subarray(end + 4)
      // Such as 100 Continue: the answer itself follows.
      if (read.status < 200) continue
      head = read
      if (typeof read.length === 'number') left = read.length
    }
    return rest
  }

  function push(chunk: Buffer): CountedAnswer | undefined {
    const data = afterHead(kept ? Buffer.concat([kept, chunk]) : chunk)
    if (!data || !head) return undefined
    kept = undefined
    bytes += data.length
    if (head.length === 'chunked') return chunks(data)
    if (head.length === 'all') return undefined
    left -= data.length
    // More than there should be: what it belongs to is not known.
    return left > 0 ? undefined : done(head.goesOn && left === 0)
  }

  function chunks(data: Buffer): CountedAnswer | undefined {
    let rest = data
    while (left <= rest.length) {
      rest = rest.subarray(left)
      left = 0
      const size = sizeOfChunk(rest)
      if (size === undefined) return keep(rest)
      if (size.bytes > 0) {
        left = size.bytes + 2
        rest = rest.subarray(size.from)
        continue
      }
      // Nothing that a test looks at comes in trailers.
      const end = rest.indexOf('\r\n\r\n')
      return end < 0 ? keep(rest) : done(head?.goesOn === true && end + 4 === rest.length)
    }
    left -= rest.length
    return undefined
  }

  /** For when more of it comes. */
  function keep(rest: Buffer): undefined {
    kept = Buffer.from(rest)
    bytes -= rest.length
  }

  return {
    push,
    reset,
    end: () => (head?.length === 'all' ? done(false) : undefined),
  }
}

/** Of the chunk that begins here, and where its content does; undefined while that is not known. */
function sizeOfChunk(data: Buffer): { bytes: number; from: number } | undefined {
  const end = data.indexOf('\r\n')
  if (end < 0) return undefined
  const bytes = Number.parseInt(data.toString('latin1', 0, end), 16)
  if (Number.isNaN(bytes)) throw new Error('a chunk of the answer has no length')
  return { bytes, from: end + 2 }
}

interface Head {
  status: number
  length: number | 'chunked' | 'all'
  goesOn: boolean
}

function readHead(text: string, method: string): Head {
  const [, minor, code] = /^HTTP\/1\.([01]) (\d{3})/.exec(text) ?? []
  if (code === undefined) throw new Error('the answer is no HTTP/1.1')
  const status = Number(code)
  const goesOn = minor === '1' && !/\r\nconnection:[^\r]*\bclose\b/i.test(text)
  if (method === 'HEAD' || status === 204 || status === 304) return { status, length: 0, goesOn }
  if (/\r\ntransfer-encoding:[^\r]*\bchunked\b/i.test(text))
    return { status, length: 'chunked', goesOn }
  const length = /\r\ncontent-length:[ \t]*(\d+)/i.exec(text)?.[1]
  return { status, length: length === undefined ? 'all' : Number(length), goesOn }
}
