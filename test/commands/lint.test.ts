/** `lint`: real command lines over files and stdin. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { stringify } from 'yaml'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster
let folder: string
const good = stringify(canaryObject())
const templateRef = { name: 'errors' }
const metrics = [{ name: 'errors', templateRef, thresholdRange: { max: 1 } }]
const referring = stringify(canaryObject({ analysis: { metrics } }))

beforeAll(async () => {
  cluster = await startCluster()
  folder = mkdtempSync(join(tmpdir(), 'kubectl-canary-lint-'))
  writeFileSync(join(folder, 'good.yaml'), good)
  writeFileSync(join(folder, 'bad.yaml'), good.replace('maxWeight:', 'maxWaight:'))
  writeFileSync(join(folder, 'broken.yaml'), 'a: [')
})
afterAll(async () => {
  await cluster.close()
  rmSync(folder, { recursive: true })
})

const offline = { env: { KUBECONFIG: '/nonexistent' } }

test('files are checked without any cluster', async () => {
  expect(await cluster.run(`lint -f ${folder}/good.yaml`, offline)).toEqual({
    ...{ code: 0, stdout: '1 document, 1 canary, 0 errors, 0 warnings\n', stderr: '' },
  })
  const { code, stdout } = await cluster.run(`lint -f ${folder}/bad.yaml`, offline)
  expect(code).toBe(3)
  expect(stdout).toContain(
    'bad.yaml:17:5: error LNT001 canary podinfo: spec.analysis.maxWaight is no field of this kind; did you mean maxWeight?',
  )
})

test('what helm and kustomize print is read from stdin, with Windows line ends too', async () => {
  for (const stdin of [good, `---\n# Source: x\n${good}---\n`, good.replaceAll('\n', '\r\n')])
    expect((await cluster.run('lint -f -', { ...offline, stdin })).code).toBe(0)
})

test('what PowerShell writes is read', async () => {
  const file = join(folder, 'powershell.yaml')
  const text = `\ufeff${good.replaceAll('\n', '\r\n')}`
  writeFileSync(file, Buffer.from(text, 'utf16le'))
  expect(await cluster.run(`lint -f ${file}`, offline)).toEqual({
    ...{ code: 0, stdout: '1 document, 1 canary, 0 errors, 0 warnings\n', stderr: '' },
  })
})

test('that there was nothing to check is said', async () => {
  for (const stdin of ['', '---\n# Source: chart/canary.yaml\n---\n', 'kind: Service\n'])
    expect(await cluster.run('lint -f -', { ...offline, stdin })).toMatchObject({
      code: 0,
      stderr: 'note: nothing was checked: no Canary, MetricTemplate or AlertProvider is there\n',
    })
})

test('warnings count where that is asked for, and codes can be left out', async () => {
  const stdin = good.replace('stepWeight: 5', 'stepWeight: 20')
  expect((await cluster.run('lint -f -', { ...offline, stdin })).code).toBe(0)
  expect((await cluster.run('lint -f - --strict', { ...offline, stdin })).code).toBe(3)
  const words = 'lint -f - --strict --skip=LNT021'
  expect((await cluster.run(words, { ...offline, stdin })).code).toBe(0)
})

test('a file that is no YAML is an error with its line, and a missing -f a usage error', async () => {
  const { code, stderr } = await cluster.run(`lint -f ${folder}/broken.yaml`, offline)
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/yaml:1:\d+ is/),
  })
  expect((await cluster.run('lint', offline)).code).toBe(2)
  expect((await cluster.run(`lint -f ${folder}/nothere.yaml`, offline)).code).toBe(1)
})

test('machines get documents of their own', async () => {
  const words = `lint -f ${folder}/bad.yaml -o`
  const json = JSON.parse((await cluster.run(`${words} json`, offline)).stdout)
  expect(json).toMatchObject({ kind: 'CanaryLint', findings: [{ code: 'LNT001', line: 17 }] })
  const sarif = JSON.parse((await cluster.run(`${words} sarif`, offline)).stdout)
  expect(sarif.runs[0].results).toHaveLength(1)
  expect((await cluster.run(`${words} github`, offline)).stdout).toMatch(/^::error file=/)
})

test('with --live the cluster is asked for what the files refer to', async () => {
  const run = () => cluster.run('lint -f - --live', { stdin: referring })
  expect(await run()).toMatchObject({ code: 3, stdout: expect.stringContaining('LNT033') })
  cluster.put({
    ...{ apiVersion: 'flagger.app/v1beta1', kind: 'MetricTemplate' },
    metadata: { name: 'errors', namespace: 'test' },
    ...{ spec: { provider: { type: 'prometheus', address: 'http://p:9090' }, query: 'up' } },
  })
  expect((await run()).code).toBe(0)
})
