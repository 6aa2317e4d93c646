/** The dashboards, by the schema that Grafana's own kit has. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect } from 'vitest'
import { clusterTest, runFolder } from './cluster-test.ts'
import { buildReaders } from './control-plane/readers.ts'

const folder = path.join(import.meta.dirname, '../../deploy/charts/grafana/dashboards')
const files = readdirSync(folder).map((name) => path.join(folder, name))
let readers: string

beforeAll(async () => {
  if (runFolder !== '') readers = await buildReaders(() => {})
}, 600_000)

const check = (...of: string[]) => promisify(execFile)(path.join(readers, 'grafana-dashboard'), of)

clusterTest('Grafana’s schema has every field of every dashboard', async () => {
  expect(files.length).toBeGreaterThan(2)
  expect(await check(...files)).toEqual({ stdout: '', stderr: '' })
})

clusterTest.for([
  ['a panel', /"gridPos"/, '"gridPosition"'],
  ['the options of a panel', /"colorMode"/, '"colourMode"'],
  ['a query', /"expr"/, '"promql"'],
  ['a variable', /"refresh":\s*2/, '"refresh":"often"'],
] as const)('a mistake in %s is found', async ([name, right, wrong]) => {
  const text = readFileSync(path.join(folder, 'canary.json'), 'utf8')
  const file = path.join(runFolder, `${name.replaceAll(' ', '-')}.json`)
  await writeFile(file, text.replace(right, wrong))

  await expect(check(file)).rejects.toThrow()
})
