/** Built-in checks that find pods by their names measure the canary, whatever runs it. */
import { expect, test } from 'vitest'
import { metricChecks } from '../../../src/metrics/checks.ts'
import { findIn } from '../../support/find.ts'
import { askedAt, canary } from './builders.ts'

/** The regular expression that the query has for names of pods, which Prometheus anchors. */
function podsOf(kind: string): RegExp {
  const targetRef = { apiVersion: 'apps/v1', kind, name: 'podinfo' }
  const of = canary([{ name: 'request-success-rate' }], { provider: 'kubernetes', targetRef })
  const deps = { find: findIn([]), meshProvider: 'istio', now: askedAt }
  const question = metricChecks(of, deps)[0]?.ask()
  const names = question && 'query' in question && /pod_name=~"([^"]*)"/.exec(question.query)
  if (!names) throw new Error('the query names no pods')
  return new RegExp(`^(?:${names[1]})$`)
}

test.each([
  ['Deployment', 'podinfo-6b7c9d5f4-x2x4z', 'podinfo-primary-6b7c9d5f4-x2x4z'],
  ['DaemonSet', 'podinfo-x2x4z', 'podinfo-primary-x2x4z'],
  ['StatefulSet', 'podinfo-0', 'podinfo-primary-0'],
])('of a %s the pod %s is measured, and %s is not', (kind, own, primary) => {
  expect(own).toMatch(podsOf(kind))
  expect(primary).not.toMatch(podsOf(kind))
})
