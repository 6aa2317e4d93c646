/** What is kept over a restart, as a JSON file each; without a folder, nothing is. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../src/errors.ts'
import type { Log } from '../../src/io/log.ts'

export interface State {
  /** What was written last; undefined where there is nothing that can be read. */
  read(name: string): unknown
  /** Keeps a value of JSON in place of the last one. */
  write(name: string, value: unknown): void
}

/** In a folder that is made where it is missing. A failure to write is told, and stops nothing. */
export function createState(folder: string, log: Log): State {
  if (folder === '') return { read: () => undefined, write() {} }
  const fileOf = (name: string) => join(folder, `${name}.json`)
  return {
    read(name) {
      try {
        return JSON.parse(readFileSync(fileOf(name), 'utf8'))
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
          log.error({ file: fileOf(name) }, `${name} of before cannot be read: ${messageOf(error)}`)
        return undefined
      }
    },
    write(name, value) {
      try {
        mkdirSync(folder, { recursive: true })
        const partly = `${fileOf(name)}.part`
        writeFileSync(partly, JSON.stringify(value), { mode: 0o600 })
        renameSync(partly, fileOf(name))
      } catch (error) {
        log.error({ file: fileOf(name) }, `${name} cannot be kept: ${messageOf(error)}`)
      }
    },
  }
}
