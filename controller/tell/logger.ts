/** JSON lines on stderr, with the field names of Flagger's log. */
import { type Logger, pino, stdTimeFunctions } from 'pino'
import { createLogStream, type LogStream, sinkOf } from './log-stream.ts'

export interface LoggerOptions {
  level: string
  encoding: 'json' | 'console'
}

export interface ProcessLog {
  log: Logger
  /** Lines that could not be written. */
  dropped(): number
  /** Writes what waits, for a second at most. */
  end(): Promise<void>
}

/** Values under these names never reach a log. */
const secrets = ['token', 'authorization', '*.token', '*.authorization', '*.headers']
const endMs = 1_000

/** The log of the process; `sink` is stderr unless told. Secrets are shown as `***`. */
export function createLogger(options: LoggerOptions, sink = sinkOf(2)): ProcessLog {
  const lineOf = options.encoding === 'console' ? consoleLine : (line: string) => line
  const stream = createLogStream(sink, (lines) => lineOf(lostLine(lines)))
  return {
    log: loggerInto(options, { write: (line) => stream.write(lineOf(line)) }),
    dropped: () => stream.dropped(),
    end: () => stream.end(endMs),
  }
}

function loggerInto({ level }: LoggerOptions, stream: Pick<LogStream, 'write'>): Logger {
  return pino(
    {
      level,
      base: null,
      messageKey: 'msg',
      errorKey: 'err',
      redact: { paths: secrets, censor: '***' },
      timestamp: () => stdTimeFunctions.isoTime().replace('"time"', '"ts"'),
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  )
}

function lostLine(lines: number): string {
  const ts = new Date().toISOString()
  const msg = `${lines} lines of this log could not be written, and are lost`
  return `${JSON.stringify({ level: 'warn', ts, lost: lines, msg })}\n`
}

/** One readable line an entry, for a person at a terminal. */
function consoleLine(line: string): string {
  const { ts, level, msg, ...rest } = JSON.parse(line) as Record<string, unknown>
  const fields = Object.keys(rest).length > 0 ? `\t${shown(JSON.stringify(rest))}` : ''
  return `${ts}\t${String(level).toUpperCase()}\t${shown(String(msg))}${fields}\n`
}

/** Texts of servers and users must neither begin a line of their own nor steer the terminal. */
function shown(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (letter) => {
    if (letter === '\n') return '\\n'
    return `\\u${(letter.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  })
}
