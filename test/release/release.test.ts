/** The archive through krew and kubectl, and the package through npm, on the embedded cluster. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTlsFront } from '../../bench/support/tls-front.ts'
import { archiveName, isNative, type Target, targets } from '../../scripts/release/targets.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { buildPrograms } from '../cluster/control-plane/build.ts'
import { buildKrew } from '../cluster/control-plane/krew.ts'
import { canaryObject } from '../support/canary-object.ts'

const run = promisify(execFile)
const root = path.join(import.meta.dirname, '../..')
const version = '0.1.0'
const own = targets.find(isNative)
const windows = targets.find(({ os, arch }) => os === 'windows' && arch === 'amd64')

let folder: string
let krew: string
let kubectl: string
let sandbox: Sandbox
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  krew = await buildKrew(console.error)
  kubectl = (await buildPrograms(console.error)).file('kubectl')
  // A blank in the path, and a sign that no shell takes for itself.
  folder = await mkdtemp(path.join(tmpdir(), 'kubectl canary $release-'))
  const platforms = [own, windows].flatMap((one) => (one ? [`${one.os}/${one.arch}`] : []))
  await run(process.execPath, ['scripts/build.ts'], { cwd: root })
  await run(process.execPath, ['scripts/release.ts', folder, ...platforms], { cwd: root })
  sandbox = await startSandbox({ namespaces: ['test'] })
  sandbox.store.create(canaryObject())
  const KREW_ROOT = path.join(folder, 'krew')
  const PATH = [path.join(KREW_ROOT, 'bin'), path.dirname(kubectl), krew, process.env.PATH]
  env = {
    PATH: PATH.join(path.delimiter),
    ...{ KREW_ROOT, HOME: folder, KUBECONFIG: sandbox.kubeconfigPath },
  }
})

afterAll(async () => {
  await sandbox?.close()
  await rm(folder, { recursive: true, force: true })
})

async function said(program: string, ...words: string[]): Promise<string> {
  const { stdout, stderr } = await run(program, words, { env })
  return `${stdout}${stderr}`
}

function install(target: Target, more: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const files = [`--manifest=${folder}/canary.yaml`, `--archive=${folder}/${nameOf(target)}`]
  return run('krew', ['install', ...files], { env: { ...env, ...more } })
}

const nameOf = (target: Target) => archiveName(target, version)

test('the manifest of all platforms passes the rules of the index of krew', async () => {
  const file = path.join(root, 'krew/canary.yaml')
  const verdict = await said('validate-krew-manifest', '-manifest', file, '-skip-install')
  expect(verdict).toContain('no overlapping spec.platform')
})

test.skipIf(!own)('kubectl runs and completes what krew installed from the archive', async () => {
  if (!own) return
  await install(own)
  expect(await said('kubectl', 'canary', 'version', '--client')).toContain(`v${version}`)
  expect(await said('kubectl', 'canary', 'list', '-n', 'test')).toContain('podinfo')
  expect(await said('kubectl', 'canary', 'status', 'podinfo', '-n', 'test')).toContain(
    'deployment/podinfo',
  )
  await said('kubectl', 'canary', 'completion', '--install')
  expect(await said('kubectl', '__complete', 'canary', '-n', 'test', 'status', 'po')).toMatch(
    /^podinfo\t/m,
  )
  expect(await said('kubectl', 'canary', 'install', '--dry-run')).toContain('deployment')
})

test.skipIf(!own)('variables for Node do not reach the executable', async () => {
  const more = { NODE_OPTIONS: '--require /nonsense' }
  const { stdout } = await run('kubectl', ['canary', 'version', '--client'], {
    env: { ...env, ...more },
  })
  expect(stdout).toContain(`v${version}`)
})

test.skipIf(!own)('the executable trusts what the environment adds, and nobody else', async () => {
  const front = await startTlsFront(sandbox.kubeconfig)
  try {
    const named = await readFile(front.kubeconfigPath, 'utf8')
    const authority = /certificate-authority: (.*)/.exec(named)?.[1]
    const KUBECONFIG = path.join(folder, 'without-authority')
    await writeFile(KUBECONFIG, named.replace(/.*certificate-authority.*\n/, ''))
    const list = (more: NodeJS.ProcessEnv) =>
      run('kubectl', ['canary', 'list', '-n', 'test'], { env: { ...env, KUBECONFIG, ...more } })
    await expect(list({})).rejects.toThrow(/certificate/)
    const { stdout } = await list({ NODE_EXTRA_CA_CERTS: authority })
    expect(stdout).toContain('podinfo')
  } finally {
    await front.close()
  }
})

test.skipIf(!own)('all that krew installed is the program and the licenses', async () => {
  const files = await readdir(path.join(folder, 'krew/store/canary', `v${version}`))
  expect(files.sort()).toEqual(['LICENSE', 'THIRD_PARTY_NOTICES', 'kubectl-canary'])
})

test('krew takes the archive for Windows, made on another system', async () => {
  if (!windows) return
  const KREW_ROOT = path.join(folder, 'krew-of-windows')
  await install(windows, { KREW_OS: 'windows', KREW_ARCH: 'amd64', KREW_ROOT })
  const files = await readdir(path.join(KREW_ROOT, 'store/canary', `v${version}`))
  expect(files).toContain('kubectl-canary.exe')
})

test('the checksums are those of the files', async () => {
  const sums = (await readFile(path.join(folder, 'SHA256SUMS'), 'utf8')).trim().split('\n')
  expect(sums.length).toBeGreaterThan(2)
  for (const line of sums) {
    const [sum, file = ''] = line.split('  ')
    const data = await readFile(path.join(folder, file))
    expect(createHash('sha256').update(data).digest('hex')).toBe(sum)
  }
})

test('the package of npm runs from an empty folder', async () => {
  const empty = path.join(folder, 'npm')
  await run('mkdir', ['-p', empty])
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root })
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--silent']
  const archive = path.join(folder, `kubectl-canary-${version}.tgz`)
  await run('npm', ['install', ...quiet, archive], { cwd: empty })
  const bin = path.join(empty, 'node_modules/.bin')
  const PATH = [bin, path.dirname(kubectl), process.env.PATH].join(path.delimiter)
  const words = ['canary', 'status', 'podinfo', '-n', 'test']
  const { stdout } = await run('kubectl', words, { env: { ...env, PATH } })
  expect(stdout).toContain('deployment/podinfo')
  const programs = await readdir(bin)
  expect(programs).toContain('canary-controller')
  // kubectl would take it for a command of the plugin.
  expect(programs.filter((name) => name.startsWith('kubectl-canary-'))).toEqual([])
})
