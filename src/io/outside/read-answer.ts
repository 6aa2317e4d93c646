/** Reads an answer piece by piece, and no more of it than there is room for. */
import type { Dispatcher } from 'undici'
import { ProviderError } from '../../errors.ts'
import type { HttpAnswer } from '../http.ts'

export interface Reading {
  /** The answer is cut here. */
  mostBytes: number | undefined
  /** A longer one is an error. */
  maxAnswerBytes: number
  /** Resolves once there is room for an answer that is longer than most. */
  makeRoom: () => Promise<void>
}

/** Bytes that an answer may have without asking for room. */
export const smallBytes = 16 * 1024

/**
 * The answer with its body as text: cut at `mostBytes`, where only that much is wanted. Throws
 * ProviderError for more than `maxAnswerBytes`; rejects where the connection breaks.
 */
export async function readAnswer(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  { mostBytes, maxAnswerBytes, makeRoom }: Reading,
): Promise<HttpAnswer> {
  const chunks: Buffer[] = []
  let size = 0
  let hasRoom = false
  for await (const chunk of body) {
    size += chunk.length
    chunks.push(chunk)
    if (mostBytes !== undefined && size >= mostBytes) break
    if (size > maxAnswerBytes)
      throw new ProviderError(`the answer is longer than ${maxAnswerBytes} bytes`)
    // While it waits, the socket is not read.
    if (size > smallBytes && !hasRoom) await makeRoom()
    hasRoom ||= size > smallBytes
  }
  const shown: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) shown[name] = Array.isArray(value) ? value.join(', ') : value
  const text = Buffer.concat(chunks).subarray(0, mostBytes).toString('utf8')
  return { status: statusCode, headers: shown, body: text }
}
