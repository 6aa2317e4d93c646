/** The image, as a folder that is filled in the way that the Dockerfile says. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { revisionOf } from '../../scripts/build/revision.ts'

const run = promisify(execFile)
const root = path.join(import.meta.dirname, '../..')
const revision = '0123456789abcdef0123456789abcdef01234567'
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kubectl-canary-image-'))
  await buildStage()
  await imageStage()
})
afterAll(() => rm(folder, { recursive: true }))

/** `/src` of the first stage, as far as the second one copies from it. */
async function buildStage(): Promise<void> {
  const src = path.join(folder, 'src')
  await mkdir(src)
  for (const name of ['bin', 'package.json', 'LICENSE'])
    await cp(path.join(root, name), path.join(src, name), { recursive: true })
  await run(
    process.execPath,
    [path.join(root, 'scripts/build.ts'), path.join(src, 'dist'), 'canary-controller'],
    { env: { ...process.env, CANARY_REVISION: revision } },
  )
}

/** What the second stage copies. */
async function imageStage(): Promise<void> {
  const text = (await readFile(path.join(root, 'deploy/Dockerfile'), 'utf8')).replace(/\\\n/g, ' ')
  const copies = [...text.matchAll(/^COPY --from=build (.+)$/gm)]
  expect(copies.length).toBeGreaterThan(0)
  for (const [, names = ''] of copies) {
    const files = names.split(/\s+/)
    const to = path.join(folder, 'image', files.pop() ?? '')
    await mkdir(to, { recursive: true })
    for (const file of files) await cp(path.join(folder, file), path.join(to, path.basename(file)))
  }
}

test('the controller of the image starts from its own files, and knows its revision', async () => {
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    version: string
  }
  const launcher = path.join(folder, 'image/opt/kubectl-canary/bin/canary-controller.js')

  const { stdout } = await run(process.execPath, [launcher, '-version'])

  expect(stdout).toBe(`Flagger version ${version} revision  ${revision}\n`)
})

test('the image has its license, and the notices of what is bundled', async () => {
  const inImage = (name: string) =>
    readFile(path.join(folder, 'image/opt/kubectl-canary', name), 'utf8')

  expect(await inImage('LICENSE')).toContain('Apache License')
  const notices = await inImage('dist/THIRD_PARTY_NOTICES')
  for (const name of ['undici', 'pino', 'js-yaml']) expect(notices).toMatch(noticeOf(name))
  // Of the plugin alone.
  expect(notices).not.toMatch(noticeOf('chalk'))
})

const noticeOf = (name: string) => new RegExp(`^${name} [0-9.]+ \\(`, 'm')

test('the controller starts with little room for garbage, and with the options it was given', async () => {
  const probe = path.join(folder, 'probe.cjs')
  const seen = path.join(folder, 'seen')
  await writeFile(
    probe,
    `require('node:fs').appendFileSync(${JSON.stringify(seen)}, process.execArgv.join(' ') + '\\n')`,
  )
  const launcher = path.join(folder, 'image/opt/kubectl-canary/bin/canary-controller.js')

  const { stderr } = await run(process.execPath, ['--trace-uncaught', launcher, '-version'], {
    env: { ...process.env, NODE_OPTIONS: `--require ${probe}` },
  })

  expect(stderr).toBe('')
  const [first, second = '', ...more] = (await readFile(seen, 'utf8')).trim().split('\n')
  expect(first).toBe('--trace-uncaught')
  expect(second).toMatch(
    /^--max-semi-space-size=2 --no-opt --no-maglev (--max-old-space-size=\d+ )?--trace-uncaught$/,
  )
  expect(more).toEqual([])
})

test('a build without git does not know its revision', async () => {
  const outside = await mkdtemp(path.join(tmpdir(), 'kubectl-canary-no-git-'))

  expect(revisionOf(outside, {})).toBe('unknown')
  await rm(outside, { recursive: true })
})

test('a build from git says whether files were changed', async () => {
  const clone = await mkdtemp(path.join(tmpdir(), 'kubectl-canary-git-'))
  const git = async (...args: string[]) => {
    const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.com']
    return (await run('git', [...who, ...args], { cwd: clone })).stdout.trim()
  }
  await git('init', '--quiet')
  await cp(path.join(root, 'LICENSE'), path.join(clone, 'LICENSE'))
  await git('add', 'LICENSE')
  await git('commit', '--quiet', '--message=first')
  const commit = await git('rev-parse', 'HEAD')

  expect(revisionOf(clone, {})).toBe(commit)
  await rm(path.join(clone, 'LICENSE'))
  expect(revisionOf(clone, {})).toBe(`${commit}-dirty`)
  expect(revisionOf(clone, { CANARY_REVISION: 'v1' })).toBe('v1')
  await rm(clone, { recursive: true })
})
