/** Requests and their answers as they go over the wire, for who looks on. */
import type { Clock } from '../../clock.ts'
import type { WireAnswer, WireBody, WireRequest } from './link.ts'
import type { Transport } from './transport.ts'

export interface Exchange {
  method: string
  url: string
  /** With what logs in: not for the eyes of people as it is. */
  requestHeaders: WireRequest['headers']
  requestBody: string | undefined
  /** Absent where no answer came. */
  answer?: {
    status: number
    headers: WireAnswer['headers']
    /** Absent of a watch, whose answer goes on. */
    body?: string
  }
  /** Until the head of the answer was there, or it was given up. */
  ms: number
}

/** The same transport; `tell` hears of each exchange as soon as all of it is there. */
export function overheard(
  transport: Transport,
  { server, clock, tell }: { server: string; clock: Clock; tell(exchange: Exchange): void },
): Transport {
  return {
    async send(request, credentials) {
      const began = clock.monotonicMs()
      const { method, path, headers, body, link } = request
      const about = (): Exchange => ({
        method,
        url: `${server.replace(/\/$/, '')}${path}`,
        requestHeaders: headers,
        requestBody: body,
        ms: clock.monotonicMs() - began,
      })
      try {
        const answer = await transport.send(request, credentials)
        const told = about()
        const head = { status: answer.statusCode, headers: answer.headers }
        if (link !== 'streams')
          return withText(answer, (text) => tell({ ...told, answer: { ...head, body: text } }))
        tell({ ...told, answer: head })
        return answer
      } catch (error) {
        tell(about())
        throw error
      }
    },
    close: () => transport.close(),
  }
}

/** The same answer; what its body says is told once it is read. */
function withText(answer: WireAnswer, tell: (text: string) => void): WireAnswer {
  const { body } = answer
  const heard: WireBody = {
    [Symbol.asyncIterator]: () => body[Symbol.asyncIterator](),
    on: (event, listener) => body.on(event, listener),
    async text() {
      const text = await body.text()
      tell(text)
      return text
    },
  }
  return { ...answer, body: heard }
}
