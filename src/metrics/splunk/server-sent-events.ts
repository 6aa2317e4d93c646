/** The format of text/event-stream: html.spec.whatwg.org/multipage/server-sent-events.html. */

export interface SentEvent {
  /** `message` where the stream does not say. */
  name: string
  data: string
}

/** Every event of a whole stream; one that is not ended by an empty line is none. */
export function eventsIn(stream: string): SentEvent[] {
  const events: SentEvent[] = []
  let name = ''
  let data: string[] = []
  for (const line of stream.split(/\r\n|\r|\n/)) {
    const [field = '', ...rest] = line.split(':')
    const value = rest.join(':').replace(/^ /, '')
    if (field === 'event') name = value
    else if (field === 'data') data.push(value)
    else if (line === '') {
      if (data.length > 0) events.push({ name: name || 'message', data: data.join('\n') })
      name = ''
      data = []
    }
  }
  return events
}
