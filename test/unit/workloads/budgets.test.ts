import { describe, expect, test } from 'vitest'
import type { KubeObject, Restoration } from '../../../src/objects.ts'
import { type Budget, concernsPods } from '../../../src/workloads/copied/budgets.ts'
import { daemonSet } from '../../../src/workloads/daemon-set/workload.ts'
import { deployment as workload } from '../../../src/workloads/deployment/workload.ts'
import type { LabelSelector } from '../../../src/workloads/pods/pod-template.ts'
import { statefulSet } from '../../../src/workloads/stateful-set/workload.ts'
import { canary, context, deployment, written } from './builders.ts'

const labels = { app: 'podinfo', team: 'web' }
const target = deployment({ labels })
const objects = written([target], workload.initialize(context([target])))

interface Options {
  name?: string
  selector?: LabelSelector | null
  metadata?: object
  spec?: object
}

function budget({ name = 'podinfo', selector, metadata, spec }: Options = {}): Budget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace: 'test', ...metadata },
    spec: {
      minAvailable: 1,
      selector: selector === undefined ? { matchLabels: { app: 'podinfo' } } : selector,
      ...spec,
    },
  }
}

function protect(budgets: readonly KubeObject[], of: readonly KubeObject[] = objects): Restoration {
  return workload.protect?.(context(of), budgets) ?? { write: [], remove: [] }
}

const copied = (budgets: readonly KubeObject[]) => protect(budgets).write.map(nameOf)
const nameOf = ({ metadata }: KubeObject) => metadata.name
const among = (values: string[]) => ({ matchExpressions: [{ key: 'app', operator: 'In', values }] })

describe('the budget of the target', () => {
  test('is copied for the pods of the primary, which the Canary owns', () => {
    const spec = { maxUnavailable: '25%', unhealthyPodEvictionPolicy: 'AlwaysAllow' }
    const { write, remove } = protect([budget({ spec, metadata: { annotations: { note: 'a' } } })])
    expect(remove).toEqual([])
    expect(write).toEqual([
      {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: {
          name: 'podinfo-primary',
          namespace: 'test',
          labels: { 'app.kubernetes.io/managed-by': 'flagger' },
          ownerReferences: [expect.objectContaining({ kind: 'Canary', uid: 'canary-uid' })],
        },
        spec: {
          minAvailable: 1,
          ...spec,
          selector: { matchLabels: { app: 'podinfo-primary', team: 'web' } },
        },
      },
    ])
  })

  test('is followed, and what others note on the copy stays', () => {
    const [copy] = protect([budget()]).write
    const noted = { ...copy, metadata: { ...copy?.metadata, annotations: { note: 'b' } } }
    const edited = budget({ spec: { minAvailable: undefined, maxUnavailable: 1 } })
    const { write, remove } = protect([edited, noted as Budget])
    expect(remove).toEqual([])
    expect(write).toMatchObject([
      { metadata: { annotations: { note: 'b' } }, spec: { maxUnavailable: 1 } },
    ])
    expect(protect([edited, ...write])).toEqual({ write, remove: [] })
  })

  test('that selects by more labels, or by an expression of one value, is copied as well', () => {
    expect(copied([budget({ selector: { matchLabels: labels } })])).toEqual(['podinfo-primary'])
    expect(copied([budget({ selector: among(['podinfo']) })])).toEqual(['podinfo-primary'])
  })

  test('is copied once where there are two, which evict nobody anyhow', () => {
    expect(copied([budget({ name: 'b' }), budget({ name: 'a' })])).toEqual(['a-primary'])
  })

  test.each<[string, Budget]>([
    [
      'its author does not want it',
      budget({ metadata: { annotations: { 'flagger.app/primary-copy': 'disabled' } } }),
    ],
    ['it selects other pods', budget({ selector: { matchLabels: { app: 'other' } } })],
    ['it selects none', budget({ selector: null })],
    ['several workloads share it', budget({ selector: among(['podinfo', 'other']) })],
    ['its name leaves no room', budget({ name: 'a'.repeat(246) })],
  ])('is not copied where %s', (_, one) => {
    expect(protect([one])).toEqual({ write: [], remove: [] })
  })

  test.each<[string, Budget]>([
    ['selects both by a shared label', budget({ selector: { matchLabels: { team: 'web' } } })],
    ['selects both by name', budget({ selector: among(['podinfo', 'podinfo-primary']) })],
    ['selects everything', budget({ selector: {} })],
    [
      'was made for the primary by hand',
      budget({ name: 'mine', selector: { matchLabels: { app: 'podinfo-primary' } } }),
    ],
    [
      'selects whatever has the label',
      budget({ selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } }),
    ],
    [
      'selects all but one',
      budget({
        selector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['other'] }] },
      }),
    ],
    [
      'selects what lacks a label',
      budget({ selector: { matchExpressions: [{ key: 'old', operator: 'DoesNotExist' }] } }),
    ],
  ])('is not copied beside one that %s, and a copy that exists goes', (_, other) => {
    const covering = { ...other, metadata: { ...other.metadata, name: 'covering' } }
    const { write: copies } = protect([budget()])
    expect(copied([budget(), covering])).toEqual([])
    expect(protect([budget(), covering, ...copies])).toEqual({
      write: [],
      remove: [expect.objectContaining({ name: 'podinfo-primary' })],
    })
  })

  test('is not copied over one of that name that somebody else made', () => {
    const taken = budget({
      name: 'podinfo-primary',
      selector: { matchLabels: { app: 'elsewhere' } },
    })
    expect(protect([budget(), taken])).toEqual({ write: [], remove: [] })
  })

  test('that is gone takes its copy along, but not while the primary is made anew', () => {
    const { write: copies } = protect([budget()])
    expect(protect(copies).remove).toEqual([expect.objectContaining({ name: 'podinfo-primary' })])
    expect(protect(copies, [target])).toEqual({ write: [], remove: [] })
  })
})

test.each([
  ['DaemonSet', daemonSet],
  ['StatefulSet', statefulSet],
] as const)('pods of a %s are protected as well', (kind, of) => {
  const one = { ...target, kind, spec: { ...target.spec, serviceName: 'podinfo' } }
  const targetRef = { apiVersion: 'apps/v1', kind, name: 'podinfo' }
  const given = (found: KubeObject[]) => context(found, { canary: canary({ spec: { targetRef } }) })
  const all = written([one], of.initialize(given([one])))
  expect(of.protect?.(given(all), [budget()]).write.map(nameOf)).toEqual(['podinfo-primary'])
})

test('a budget concerns a canary that owns it, or whose pods it selects', () => {
  const primary = objects.find(({ kind, metadata }) => {
    return kind === 'Deployment' && metadata.name === 'podinfo-primary'
  })
  const concerns = (one: Budget) => concernsPods(one, canary(), [target, primary as typeof target])
  const [copy] = protect([budget()]).write
  const elsewhere = { selector: { matchLabels: { app: 'elsewhere' } } }
  expect(concerns(budget())).toBe(true)
  expect(concerns(budget({ selector: { matchLabels: { app: 'podinfo-primary' } } }))).toBe(true)
  expect(concerns({ ...copy, spec: elsewhere } as Budget)).toBe(true)
  expect(concerns(budget(elsewhere))).toBe(false)
  expect(concernsPods(budget(), canary(), [undefined])).toBe(false)
})
