/** A load tester of a test's own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { parseLoadTesterConfig } from '../../../../controller/load-tester/config.ts'
import { type LoadTesterDeps, startLoadTester } from '../../../../controller/load-tester/main.ts'

export const token = 'a-token-of-tests'

export interface GivenTester {
  url: string
  log: string[]
  /** Posts a payload of `podinfo.test`; by default with the token. */
  hook(
    metadata?: object,
    more?: { path?: string; token?: string; checksum?: string },
  ): Promise<{ status: number; body: string }>
  get(path: string, token?: string): Promise<{ status: number; body: string }>
  close(): Promise<void>
}

/** A folder that goes with the test. */
export async function givenFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'load-tester-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export async function givenTester(
  flags: readonly string[] = [],
  deps: Partial<LoadTesterDeps> = {},
): Promise<GivenTester> {
  const tokenFile = join(await givenFolder(), 'token')
  await writeFile(tokenFile, `${token}\n`)
  const log: string[] = []
  const note = (_: object, message: string) => void log.push(message)
  const config = parseLoadTesterConfig(['-port=0', `-token-file=${tokenFile}`, ...flags])
  const tester = await startLoadTester(config, {
    log: { debug: note, info: note, warn: note, error: note },
    env: {},
    ...deps,
  })
  let isClosed = false
  const close = async () => {
    if (!isClosed) await tester.close()
    isClosed = true
  }
  onTestFinished(close)
  const url = `http://127.0.0.1:${tester.port}`
  const ask = async (path: string, init: RequestInit) => {
    const answer = await fetch(`${url}${path}`, init)
    return { status: answer.status, body: await answer.text() }
  }
  const login = (given: string) => ({ ...(given && { authorization: `Bearer ${given}` }) })
  return {
    url,
    log,
    close,
    hook: (metadata, { path = '/', token: given = token, checksum = '1' } = {}) =>
      ask(path, {
        method: 'POST',
        headers: login(given),
        body: JSON.stringify({
          name: 'podinfo',
          namespace: 'test',
          phase: 'Progressing',
          checksum,
          metadata,
        }),
      }),
    get: (path, given = token) => ask(path, { headers: login(given) }),
  }
}
