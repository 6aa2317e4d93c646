import { expect, test } from 'vitest'
import type { CanaryStatus } from '../../../src/canary/api.gen.ts'
import { imagesOf, planUndo, type UndoFacts } from '../../../src/undo/plan.ts'
import type { Templated } from '../../../src/workloads/pods/pod-template.ts'
import { revisionOf } from '../../../src/workloads/revision.ts'
import { canary } from '../commands/builders.ts'

const template = (image: string, labels: Record<string, string> = {}) => ({
  metadata: { labels: { app: 'podinfo', ...labels } },
  spec: { containers: [{ name: 'podinfod', image }] },
})
const workload = (image: string, number?: number): Templated => ({
  apiVersion: 'apps/v1',
  kind: number === undefined ? 'Deployment' : 'ReplicaSet',
  metadata: {
    name: 'podinfo',
    ...(number !== undefined && {
      annotations: { 'deployment.kubernetes.io/revision': `${number}` },
    }),
  },
  spec: {
    selector: { matchLabels: { app: 'podinfo' } },
    template: template(image, number === undefined ? {} : { 'pod-template-hash': `h${number}` }),
  },
})
const promoted = revisionOf(template('podinfo:2'))
const facts = (of: Partial<UndoFacts> = {}, status: CanaryStatus = {}): UndoFacts => ({
  canary: canary({ status: { phase: 'Progressing', lastPromotedSpec: promoted, ...status } }),
  target: workload('podinfo:3'),
  behindPrimary: workload('podinfo:2'),
  hasPrimary: true,
  replicaSets: [workload('podinfo:1', 1), workload('podinfo:2', 2), workload('podinfo:3', 3)],
  toRevision: undefined,
  ...of,
})

test('a target goes back to what is promoted, and no run follows', () => {
  const plan = planUndo(facts())
  expect(plan).toMatchObject({ kind: 'go', what: 'the promoted revision', startsRun: false })
  if (plan.kind !== 'go') return
  expect(imagesOf(plan.template)).toBe('podinfo:2')
  expect(plan.template.metadata?.labels).toEqual({ app: 'podinfo' })
})

test('what the primary tells is enough where the ReplicaSet is gone', () => {
  expect(planUndo(facts({ replicaSets: [] }))).toMatchObject({ kind: 'go', startsRun: false })
})

test('it is said where a run may follow, and where nobody knows', () => {
  const other = { behindPrimary: workload('podinfo:2-patched'), replicaSets: [] }
  expect(planUndo(facts(other))).toMatchObject({ startsRun: true })
  expect(planUndo(facts(other, { lastPromotedSpec: '58dcc9' }))).toMatchObject({ startsRun: null })
})

test('an older revision is found by its number, and a run follows', () => {
  const plan = planUndo(facts({ toRevision: 1 }))
  expect(plan).toMatchObject({ kind: 'go', what: 'revision 1', startsRun: true })
  expect(planUndo(facts({ toRevision: 2 }))).toMatchObject({ startsRun: false })
  expect(planUndo(facts({ toRevision: 3 }))).toMatchObject({ kind: 'same' })
})

test('a number that there is none of is refused with those that there are', () => {
  expect(planUndo(facts({ toRevision: 9 }))).toEqual({
    ...{ kind: 'no', why: 'there is no revision 9', hints: ['there are: 1, 2, 3'] },
  })
  expect(planUndo(facts({ toRevision: 1, replicaSets: [] }))).toMatchObject({ kind: 'no' })
})

test('nothing is undone where nothing is promoted, or where all is as promoted', () => {
  expect(planUndo(facts({}, { phase: 'Initializing' }))).toMatchObject({ kind: 'no' })
  expect(planUndo(facts({ hasPrimary: false }))).toMatchObject({ kind: 'no' })
  expect(planUndo(facts({ behindPrimary: undefined }))).toMatchObject({ kind: 'same' })
})
