/** The rules for Prometheus, by its own tool; series of the tests are those of the controller. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { createMetrics } from '../../controller/process/metrics.ts'

const root = path.join(import.meta.dirname, '../..')
const promtool = (...args: string[]) =>
  spawnSync('promtool', args, { cwd: root, encoding: 'utf8', timeout: 60_000 })
const isMissing = process.env.CI !== 'true' && promtool('--version').status !== 0

test.skipIf(isMissing)('every alert fires when it should, and not before', () => {
  const { status, stdout, stderr } = promtool('test', 'rules', 'test/manifests/rules/tests.yaml')

  expect(stdout + stderr).toContain('SUCCESS')
  expect(status).toBe(0)
})

test.skipIf(isMissing)('the alerts of a guide fire as they are written', () => {
  const { status, stdout, stderr } = promtool('test', 'rules', 'test/manifests/rules/guide.yaml')

  expect(stdout + stderr).toContain('SUCCESS')
  expect(status).toBe(0)
})

test('every alert is tested, is in the docs, and asks for series that there are', () => {
  const text = readFileSync(path.join(root, 'deploy/monitoring/rules.yaml'), 'utf8')
  const { groups } = parse(text) as { groups: { rules: { alert?: string; expr: string }[] }[] }
  const rules = groups.flatMap((group) => group.rules)
  const tests = readFileSync(path.join(root, 'test/manifests/rules/tests.yaml'), 'utf8')
  const page = readFileSync(path.join(root, 'docs/monitoring.md'), 'utf8')
  const alerts = rules.flatMap(({ alert }) => alert ?? [])

  expect(alerts.length).toBeGreaterThan(5)
  for (const alert of alerts) {
    expect(tests).toContain(alert)
    expect(page).toContain(`\`${alert}\``)
  }
  const series = createMetrics()
    .registry.getMetricsAsArray()
    .map(({ name }) => name)
  for (const name of rules.flatMap(({ expr }) => expr.match(/flagger_\w+/g) ?? []))
    expect(series).toContain(name.replace(/_bucket$/, ''))
})
