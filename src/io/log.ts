/** The port for logging, shaped so that a pino logger is one; `silent` drops everything. */

type Write = (fields: object, message: string) => void

export interface Log {
  debug: Write
  info: Write
  warn: Write
  error: Write
}

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }
