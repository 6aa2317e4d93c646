/** How command lines are read, and what help and version say: real ones in a child process. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { startShowcase } from './support/showcase.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster

beforeAll(async () => {
  cluster = await startShowcase()
})

afterAll(() => cluster.close())

test('usage errors have code 2 and name the help', async () => {
  const usage = async (line: string | string[]) => {
    const { code, stderr, stdout } = await cluster.run(line)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    return stderr
  }
  expect(await usage('status --bogus')).toBe(
    "error: unknown flag: --bogus\nSee 'kubectl canary status --help' for usage.\n",
  )
  expect(await usage('promot podinfo')).toBe(
    'error: unknown command "promot" for "kubectl canary"\n\nDid you mean this?\n\tpromote\n\n',
  )
  for (const [word, meant] of [
    ['watc', 'watch'],
    ['lnit', 'lint'],
    ['stauts', 'status'],
    ['lits', 'list'],
  ])
    expect(await usage([word ?? ''])).toContain(`Did you mean this?\n\t${meant}\n`)
  for (const word of ['show', 'logs', 'describe'])
    expect(await usage(`${word} podinfo`)).toMatch(/Did you mean this\?\n\tstatus\n\n$/)
  expect(await usage('frobnicate')).toContain("See 'kubectl canary --help' for all commands.")
  expect(await usage('delete podinfo')).toContain('kubectl itself has it: kubectl delete --help\n')
  expect(await usage('list -o foo')).toContain('unable to match a printer')
  expect(await usage('pause')).toContain('name a canary, or use -l SELECTOR or --all')
  expect(await usage('status --events=many')).toContain('--events')
  expect(await usage('abort podinfo --via=magic')).toContain('--via')
})

test('flags may stand before the command, and a switch may be false', async () => {
  for (const line of ['-n empty list --watch=false -o name', '--namespace=empty list -oname'])
    expect((await cluster.run(line)).stdout).toBe('canary.flagger.app/other\n')
})

test('a name is not read from a pipe', async () => {
  const { code, stderr } = await cluster.run('pause', { stdin: 'podinfo\n' })
  expect(code).toBe(2)
  expect(stderr).toContain('name a canary')
})

test('files name canaries and their targets', async () => {
  const manifest = `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: podinfo }\n---\napiVersion: v1\nkind: Service\nmetadata: { name: x }\n---\napiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: { name: cart, namespace: test }\n`
  const { stdout, stderr } = await cluster.run('list -o name -f -', { stdin: manifest })
  expect(stderr).toBe('')
  expect(stdout).toBe('canary.flagger.app/podinfo\ncanary.flagger.app/cart\n')
})

test('version knows client, controller and CRDs', async () => {
  expect((await cluster.run('version')).stdout).toBe(
    'Client Version: v0.1.0\nController Version: v0.1.0\nCRD Versions: canaries v1beta1, metrictemplates v1beta1, alertproviders v1beta1\n',
  )
  expect(
    await cluster.run('version --client', { env: { KUBECONFIG: '/nonexistent' } }),
  ).toMatchObject({
    code: 0,
    stdout: 'Client Version: v0.1.0\n',
  })
  expect((await cluster.run('--version')).stdout).toBe('kubectl-canary v0.1.0\n')
})

test('a server that is away is told as kubectl tells it', async () => {
  const { code, stderr } = await cluster.run('list --server http://127.0.0.1:1')
  expect(code).toBe(1)
  expect(stderr).toBe(
    'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n',
  )
})

test('help is in the layout of kubectl, for the plugin and for each command', async () => {
  const pages = await Promise.all(
    ['', 'help', '--help', 'status -h', 'help promote', 'options'].map((line) => cluster.run(line)),
  )
  expect(pages.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0])
  expect(pages[0]?.stdout).toBe(pages[1]?.stdout)
  expect(pages[0]?.stdout).toBe(pages[2]?.stdout)
  await expect(
    pages
      .map(({ stdout }) => stdout)
      .slice(2)
      .join('\n=====\n'),
  ).toMatchFileSnapshot('goldens/help.txt')
})

test('every command has a help page, and -o is told with the formats that there are', async () => {
  const lines = ['list', 'status', 'watch', 'pause podinfo', 'version', 'help', 'options']
  for (const line of lines) {
    const page = await cluster.run(`${line} --help`)
    expect(page).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Usage:') })
    const told = /Output format: (.*)/.exec(page.stdout)?.[1]
    if (told === undefined) continue
    const { stderr } = await cluster.run(`${line} -o nonsense`)
    const allowed = /allowed formats are: (.*)/.exec(stderr)?.[1]
    const formats = told.replace(/[.=]/g, '').split(', ')
    expect(formats.toSorted()).toEqual(allowed?.split(',').toSorted())
  }
})

test('the wide list of requests stays small', async () => {
  const before = cluster.server.requests.log().length
  await cluster.run('status podinfo')
  const requests = cluster.server.requests.log().slice(before)
  expect(requests.length).toBeLessThanOrEqual(9)
})

test('the documentation shows every command', () => {
  const text = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')
  for (const name of [
    'list',
    'status',
    'watch',
    'promote',
    'abort',
    'pause',
    'resume',
    'skip-analysis',
    'reset',
    'version',
  ])
    expect(text).toContain(`\n### ${name}`)
})

test('-v shows requests, and from level 8 on what is in them, without what logs in', async () => {
  const guarded = await startCluster({ tokens: { hunter2: { name: 'jane' } } })
  guarded.put(canaryObject({ name: 'podinfo' }))
  const [lines, all, paged] = await Promise.all([
    guarded.run('list -v 6'),
    guarded.run('list -v 8'),
    guarded.run('list -v=6 --chunk-size 1'),
  ])
  await guarded.close()
  const url = `${guarded.server.url}/apis/flagger.app/v1beta1/namespaces/test/canaries`
  expect(lines.stderr).toMatch(/^(GET http\S+ \d+ in \d+ milliseconds\n)+$/)
  expect(lines.stderr).toContain(`GET ${url}?limit=500 200 in `)
  expect(all.stderr).toContain(`GET ${url}?limit=500\nRequest Headers:\n`)
  expect(all.stderr).toContain('    Authorization: Bearer <masked>\n')
  expect(all.stderr).toMatch(/^Response Body: \{.*"podinfo"/m)
  expect(all.stderr).not.toContain('hunter2')
  expect(paged.stderr).toContain(`GET ${url}?limit=1 200 in `)
  expect(all.stdout).toBe(lines.stdout)
})

test('a list that comes in pieces is the same list', async () => {
  const [whole, pieces] = await Promise.all([
    cluster.run('list -o json --chunk-size=0'),
    cluster.run('list -o json --chunk-size=1'),
  ])
  expect(pieces).toEqual(whole)
  expect(JSON.parse(whole.stdout).items).toHaveLength(3)
})
