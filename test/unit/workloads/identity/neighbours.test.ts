import { expect, test } from 'vitest'
import {
  isNeighbourKind,
  neighbourOf,
  sharedPods,
} from '../../../../src/workloads/identity/neighbours.ts'
import { plainFacts } from '../../../../src/workloads/plain-facts.ts'
import { canary, deployment } from '../builders.ts'

const neighbour = (name: string, labels: Record<string, string>) =>
  neighbourOf(deployment({ name, labels }))
const shared = (name: string, labels: Record<string, string>, facts = plainFacts('podinfo')) =>
  sharedPods(canary(), facts, [neighbour(name, labels)])

test('a workload whose pods the canary Service would select is named with the target', () => {
  expect(shared('worker', { app: 'podinfo', tier: 'worker' })).toEqual([
    'Service podinfo-canary would select the pods of deployment worker as well as those of ' +
      'podinfo, by app=podinfo; let the selector of the target have a label that deployment ' +
      'worker has not',
  ])
})

test('a workload that is labelled like the primary is named with it', () => {
  expect(shared('db', { app: 'podinfo-primary' })).toEqual([
    expect.stringMatching(
      /^Services podinfo and podinfo-primary would select the pods of deployment db as well as those of podinfo-primary, by app=podinfo-primary;/,
    ),
  ])
})

test('target, primary and whoever has other labels are in nobody’s way', () => {
  expect(shared('podinfo', { app: 'podinfo' })).toEqual([])
  expect(shared('podinfo-primary', { app: 'podinfo-primary' })).toEqual([])
  expect(shared('worker', { app: 'worker' })).toEqual([])
  expect(shared('worker', {})).toEqual([])
})

test('labels that a primary of Flagger has besides tell it from others', () => {
  const further = { labels: { tier: 'web' }, areOnAll: true }
  const facts = { ...plainFacts('podinfo'), furtherLabels: further }
  expect(shared('worker-primary', { app: 'podinfo-primary', tier: 'worker' }, facts)).toEqual([])
})

test('little is held of a workload, and of those only that the controller follows for targets', () => {
  const { spec, metadata } = neighbour('worker', { app: 'x' })
  expect(spec).toEqual({ template: { metadata: { labels: { app: 'x' } } } })
  expect(metadata).toEqual({ name: 'worker', namespace: 'test' })
  const kind = { plural: '', namespaced: true }
  expect(isNeighbourKind({ ...kind, apiVersion: 'apps/v1', kind: 'Deployment' })).toBe(true)
  expect(isNeighbourKind({ ...kind, apiVersion: 'v1', kind: 'Secret' })).toBe(false)
})
