/**
 * A new thing is a new folder, and a new command a file. A copy of the project gets made-up ones, and nothing else but what
 * `npm run generate` writes; there the suites that all others pass are run on them. It fails as
 * soon as some list of names has to be edited by hand.
 */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const madeUp = join(root, 'test/made-up')
const left = ['node_modules', '.git', '.cache', 'dist', 'coverage', 'field-try', 'recordings']
let copy: string

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'kubectl-canary-growth-'))
  for (const name of await readdir(root))
    if (!left.includes(name))
      await cp(join(root, name), join(copy, name), {
        recursive: true,
        filter: (path) => !left.some((one) => path.endsWith(`/${one}`)) && path !== madeUp,
      })
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  await cp(madeUp, copy, { recursive: true })
  await inCopy('scripts/generate.ts')
}, 120_000)

afterAll(() => rm(copy, { recursive: true }))

/** A script or tool of the project in the copy, with what it prints; throws where it fails. */
async function inCopy(script: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' }
  const of = { cwd: copy, env, maxBuffer: 64 * 1024 * 1024 }
  const { stdout } = await run(process.execPath, [script, ...args], of)
  return stdout
}

test('one call generates everything: a second one has nothing to write', async () => {
  await expect(inCopy('scripts/generate.ts', '--check')).resolves.toBe('')
})

test('what was generated from the folders has its types', async () => {
  const config = {
    extends: './tsconfig.json',
    include: ['src/**/*.gen.ts', 'commands/*.gen.ts', 'test/conformance/made-up.test.ts'],
  }
  await writeFile(join(copy, 'tsconfig.made-up.json'), JSON.stringify(config))

  await expect(
    inCopy('node_modules/typescript/bin/tsc', '-p', 'tsconfig.made-up.json'),
  ).resolves.toBe('')
})

test('the suites of all providers and services pass on what is made up', async () => {
  const report = join(copy, 'report.json')
  const suites = ['conformance/made-up', 'conformance/routers', 'conformance/data-planes']
  const others = ['unit/metrics/broken-answers', 'embedded/made-up']
  const files = [...suites, ...others].map((name) => `test/${name}.test.ts`)
  await inCopy(
    'node_modules/vitest/vitest.mjs',
    ...['run', ...files, '--reporter=json', `--outputFile=${report}`],
    ...['-t', 'what is made up|tideway|abacus|a fixture|a data plane'],
  ).catch(() => undefined)

  const { testResults } = JSON.parse(await readFile(report, 'utf8')) as Report
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  const failed = results.filter(({ status }) => status === 'failed')
  expect(failed.map(({ fullName, failureMessages }) => [fullName, ...failureMessages])).toEqual([])
  const passed = results.filter(({ status }) => status === 'passed').map((one) => one.fullName)
  const ofSuite = (suite: string) => passed.filter((name) => name.startsWith(suite)).length
  expect(ofSuite('what is made up')).toBe(12)
  expect(ofSuite('router tideway')).toBeGreaterThan(15)
  expect(passed).toEqual(
    expect.arrayContaining([
      'every router has a fixture',
      'every provider has a data plane',
      'tideway users receive what was declared',
    ]),
  )
}, 120_000)

interface Report {
  testResults: { assertionResults: Result[] }[]
}

interface Result {
  fullName: string
  status: string
  failureMessages: string[]
}
