/** What the judge counts, by Prometheus' own tool: the expressions are those that it sends. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { countsQuery } from '../../src/metrics/counting/arm-counts.ts'
import { canary } from '../unit/metrics/builders.ts'

const root = path.join(import.meta.dirname, '../..')
const file = 'test/manifests/judge/counts.yaml'
const promtool = (...args: string[]) =>
  spawnSync('promtool', args, { cwd: root, encoding: 'utf8', timeout: 60_000 })
const isMissing = process.env.CI !== 'true' && promtool('--version').status !== 0

test.skipIf(isMissing)('births, bursts, resets and gaps are counted once, or not at all', () => {
  const { status, stdout, stderr } = promtool('test', 'rules', file)
  expect(stdout + stderr).toContain('SUCCESS')
  expect(status).toBe(0)
})

test('the expressions that are tested are those that are sent', () => {
  const counts = { bad: 'errors{}', all: 'requests{}' }
  const of = canary([{ name: 'own', counts }], {}, { judge: {} })
  const [metric] = of.analysis.metrics
  if (!metric) throw new Error('no metric')
  const query = countsQuery(of, metric, { meshProvider: 'istio', seconds: 60 })
  const tested = readFileSync(path.join(root, file), 'utf8')
  const [bad = '', all = ''] = query.split(' or label_replace')
  expect(tested).toContain(`expr: ${bad} or label_replace${all}`)
  expect(bad).toContain('sum( ( errors{} - errors{} offset 60s >= 0 ) or errors{} )')
})
