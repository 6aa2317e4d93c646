/** JSON lines on stderr, with the field names of Flagger's log. */
import { type Logger, pino, stdTimeFunctions } from 'pino'

export interface LoggerOptions {
  level: string
  encoding: 'json' | 'console'
}

/** Values under these names never reach a log. */
const secrets = ['token', 'authorization', '*.token', '*.authorization', '*.headers']

export function createLogger({ level, encoding }: LoggerOptions): Logger {
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
    encoding === 'console' ? consoleStream() : pino.destination({ fd: 2, sync: false }),
  )
}

/** One readable line an entry, for a person at a terminal. */
function consoleStream() {
  return {
    write(line: string) {
      const { ts, level, msg, ...rest } = JSON.parse(line) as Record<string, unknown>
      const fields = Object.keys(rest).length > 0 ? `\t${JSON.stringify(rest)}` : ''
      process.stderr.write(`${ts}\t${String(level).toUpperCase()}\t${msg}${fields}\n`)
    },
  }
}
