/** Reads the events of a watch: one JSON document a line. */
import { KubeError } from '../../../errors.ts'
import type { KubeObject } from '../../../objects.ts'
import type { WatchEvent } from '../kube.ts'
import { watchFailure } from './failures.ts'

/** The lines of a stream of bytes, without their ends; an unfinished last line is dropped. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let parts: string[] = []
  for await (const chunk of chunks) {
    const [first = '', ...rest] = decoder.decode(chunk, { stream: true }).split('\n')
    parts.push(first)
    for (const next of rest) {
      // Joined once a line: an object larger than many chunks would be copied for each otherwise.
      const line = parts.join('')
      parts = [next]
      if (line.trim() !== '') yield line
    }
  }
}

/** One event; an ERROR event is thrown as KubeError with the code that the server gave. */
export function parseEvent<T extends KubeObject>(line: string, request: string): WatchEvent<T> {
  const event = parseLine<T>(line, request)
  if (event.type === 'ERROR') throw watchFailure(event.object, request)
  return event
}

type RawEvent<T extends KubeObject> = WatchEvent<T> | { type: 'ERROR'; object: unknown }

function parseLine<T extends KubeObject>(line: string, request: string): RawEvent<T> {
  try {
    // Outside data: the API server's watch format.
    return JSON.parse(line) as RawEvent<T>
  } catch (cause) {
    throw new KubeError(`the server sent something that is no event to ${request}`, {
      status: 0,
      reason: 'ConnectionReset',
      cause,
    })
  }
}
