/**
 * Where the log goes. It never blocks and never ends the process: what finds no room, since the
 * disk is full or nobody reads, is dropped and counted. The log is for people; canaries are not
 * to wait for it.
 */
import { fstatSync, write } from 'node:fs'
import { Socket } from 'node:net'

export interface Sink {
  /** Takes the text in its own time; calls back once, with the error where it was not taken. */
  write(text: string, done: (error?: Error | null) => void): void
  /** Gives up what is under way. */
  destroy(): void
}

export interface LogStream {
  /** Takes a line with its line feed, at once; it is written later, or dropped. */
  write(line: string): void
  /** Lines that were not written. */
  dropped(): number
  /** Resolves when all is written, or after so many milliseconds; then nothing is waited for. */
  end(limitMs: number): Promise<void>
}

/** Characters that may wait while nobody reads. */
const mostWaiting = 2 ** 20

/** A stream into `sink`; `lost` makes the line that tells how many others are missing. */
export function createLogStream(sink: Sink, lost: (lines: number) => string): LogStream {
  let waiting: string[] = []
  let size = 0
  let dropped = 0
  let told = 0
  let isBusy = false
  let idle: (() => void) | undefined

  function pump(): void {
    if (waiting.length === 0) {
      idle?.()
      return
    }
    const lines = waiting
    const missing = dropped
    waiting = []
    size = 0
    isBusy = true
    const note = missing > told ? lost(missing - told) : ''
    sink.write(note + lines.join(''), (error) => {
      isBusy = false
      if (error) dropped += lines.length
      else told = missing
      pump()
    })
  }

  return {
    write(line) {
      if (size + line.length > mostWaiting) {
        dropped += 1
        return
      }
      waiting.push(line)
      size += line.length
      if (!isBusy) pump()
    },
    dropped: () => dropped,
    async end(limitMs) {
      if (isBusy)
        await new Promise<void>((resolve) => {
          idle = resolve
          setTimeout(resolve, limitMs).unref()
        })
      idle = undefined
      sink.destroy()
    },
  }
}

/** The sink of an open file: pipes and sockets by the event loop, all else by another thread. */
export function sinkOf(fd: number): Sink {
  try {
    const kind = fstatSync(fd)
    return kind.isFIFO() || kind.isSocket() ? socketSink(fd) : fileSink(fd)
  } catch {
    // Started without it, as with `2>&-`: what is written is lost, and counted.
    return { write: (_, done) => queueMicrotask(() => done(new Error('closed'))), destroy() {} }
  }
}

/** A pipe is not written to by another thread: one that nobody reads would hold up the end. */
function socketSink(fd: number): Sink {
  const socket = new Socket({ fd, readable: false, writable: true })
  // Each write hears of its own failure.
  socket.on('error', () => {})
  return {
    write: (text, done) => void socket.write(text, done),
    destroy: () => void socket.destroy(),
  }
}

function fileSink(fd: number): Sink {
  function put(bytes: Buffer, done: (error?: Error | null) => void): void {
    write(fd, bytes, (error, written) => {
      if (error || written >= bytes.length) done(error)
      else put(bytes.subarray(written), done)
    })
  }
  return { write: (text, done) => put(Buffer.from(text), done), destroy() {} }
}
