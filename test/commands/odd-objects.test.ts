/** Canaries that no definition of this release lets through: no command falls over them. */
import { expect, onTestFinished, test } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster } from './support/cluster.ts'
import { leaveAllFree } from './support/hostile-cluster.ts'
import { runLines } from './support/run-lines.ts'

const bare = (name: string, spec?: unknown) =>
  ({
    ...{ apiVersion: 'flagger.app/v1beta1', kind: 'Canary' },
    metadata: { name, namespace: 'test' },
    ...(spec !== undefined && { spec }),
  }) as KubeObject

const oddStatus = {
  ...{ phase: 7, controller: {}, lastTransitionTime: 'yesterday', conditions: 'x' },
  ...{ history: { a: 1 }, canaryAnalysis: [1], requests: 'no', failedChecks: 'many' },
}

const odd: readonly KubeObject[] = [
  bare('no-spec'),
  bare('list-spec', []),
  bare('odd-spec', { targetRef: 'podinfo', service: [], analysis: 7 }),
  { ...canaryObject({ name: 'odd-status' }), status: oddStatus } as KubeObject,
  { ...canaryObject({ name: 'text-status' }), status: 'all well' } as KubeObject,
  canaryObject({ name: 'no-mesh', spec: { provider: 'nosuchmesh' as 'istio' } }),
]
const each = [
  ...['status', 'history', 'events', 'doctor', 'explain', 'diff', 'gate', 'promote', 'abort'],
  ...['undo --yes', 'wait --timeout=1s', 'simulate', 'replay', 'pause --ack-timeout=0'],
]
const all = ['list', 'list --attention', 'list -o wide', 'doctor -A', 'explain -A', 'check -A']

test('a Canary that names no target is shown as that, and nothing is missed', async () => {
  const cluster = await startCluster()
  onTestFinished(() => cluster.close())
  leaveAllFree(cluster)
  const { spec, ...rest } = canaryObject({ name: 'aimless', status: { phase: 'Initialized' } })
  const { targetRef: _, ...others } = spec as Record<string, unknown>
  cluster.put({ ...rest, spec: others } as KubeObject)
  const words = ['list -o wide', 'status aimless', 'doctor aimless', 'undo aimless --yes']
  const [list, status, doctor, undo] = await runLines(
    cluster,
    words.map((line) => ({ words: line.split(' '), isTerminal: false })),
  )
  expect(list?.out).toMatch(/^aimless .* istio +<none> /m)
  expect(status?.out).toContain(
    '  Target      none: spec.targetRef lacks the kind or the name of a workload\n',
  )
  expect(doctor?.out).toContain('spec.targetRef is missing; add it')
  for (const shown of [list, status, doctor]) expect(shown?.out).not.toMatch(/daemonset|-primary/)
  expect({ code: undo?.code, err: undo?.err }).toEqual({
    code: 6,
    err: 'error: canary.flagger.app/aimless cannot be undone: spec.targetRef lacks the kind or the name of a workload\n',
  })
})

test('no command falls over an object that is not as it should be', {
  timeout: 120_000,
}, async () => {
  const cluster = await startCluster()
  onTestFinished(() => cluster.close())
  leaveAllFree(cluster)
  cluster.put(...odd)
  const named = each.flatMap((line) => odd.map(({ metadata }) => `${line} ${metadata.name}`))
  const lines = [...named, ...all, 'check -A --migrate']
  const answers = await runLines(
    cluster,
    lines.map((line) => ({ words: line.split(' '), isTerminal: true })),
  )
  const fallen = answers.filter(({ code, err }) => code === 70 || /internal error/.test(err))
  expect(fallen.map(({ line, err }) => [line.words.join(' '), err])).toEqual([])
})
