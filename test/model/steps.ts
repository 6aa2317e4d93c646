/** What may happen: to the cluster, to the controller, and by people. A step is plain data. */
import fc from 'fast-check'
import type { Weather } from '../../src/sandbox/stepped/kube.ts'
import { type Analysis, analyses, type CanaryChoice, providers, targetKinds } from './objects.ts'
import type { Outside } from './world.ts'

const things = [
  ...(['target', 'primary', 'canary', 'route', 'apex', 'services', 'config'] as const),
  ...(['autoscaler', 'budget', 'copies', 'twin'] as const),
]
/** What somebody may delete, or put there again. */
export type Thing = (typeof things)[number]

const verbs = ['promote', 'abort', 'pause', 'skip-analysis', 'reset', 'retry', 'restart'] as const
const gates = ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion', 'rollback']
const flags = ['', '-mesh-provider=linkerd', '-threadiness=1', '-enable-config-tracking=false']

export type Step =
  | { do: 'wait'; seconds: number }
  | { do: 'image'; image: string }
  | { do: 'config'; value: string }
  | { do: 'edit'; choice: CanaryChoice }
  | { do: 'set'; field: 'suspend' | 'skipAnalysis'; to: boolean }
  | { do: 'annotate'; verb: string; value: string }
  | { do: 'resume' }
  | { do: 'scale'; replicas: number }
  | { do: 'bounds'; most: number }
  | { do: 'twin' }
  | { do: 'delete' | 'recreate'; thing: Thing }
  | { do: 'kill pods'; of: 'target' | 'primary' }
  | { do: 'metrics'; answer: Outside['metrics'] }
  | { do: 'gates'; gates: string[] }
  | { do: 'restart'; flag: string }
  | { do: 'down'; seconds: number }
  | { do: 'fault'; how: Weather['how']; times: number }
  | { do: 'slow'; requestMs: number; watchMs: number }
  | { do: 'drop watches' }

export const choices: fc.Arbitrary<CanaryChoice> = fc.record({
  provider: fc.constantFrom('istio' as const, 'istio' as const, ...providers),
  analysis: fc.constantFrom<Analysis[]>(...(Object.keys(analyses) as Analysis[])),
  gates: fc.boolean(),
  revertOnDeletion: fc.boolean(),
  kind: fc.constantFrom('Deployment' as const, 'Deployment' as const, ...targetKinds),
  autoscaler: fc.constantFrom('none' as const, 'none' as const, 'hpa' as const, 'keda' as const),
})

const of = <K extends string, T>(name: K, fields: { [F in keyof T]: fc.Arbitrary<T[F]> }) =>
  fc.record({ do: fc.constant(name), ...fields })

export const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 14,
    arbitrary: of('wait', { seconds: fc.constantFrom(0, 1, 2, 4, 10, 30, 31, 45, 90, 200, 900) }),
  },
  {
    weight: 8,
    arbitrary: of('image', { image: fc.constantFrom('a', 'b', 'c', 'd', 'faulty', 'stuck') }),
  },
  { weight: 3, arbitrary: of('config', { value: fc.constantFrom('1', '2', '3') }) },
  { weight: 2, arbitrary: of('edit', { choice: choices }) },
  {
    weight: 2,
    arbitrary: of('set', {
      field: fc.constantFrom('suspend' as const, 'skipAnalysis' as const),
      to: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: of('annotate', {
      verb: fc.constantFrom(...verbs),
      value: fc.constantFrom('true', 'true', '{"mode":"full"}', '{"mode":"step"}'),
    }),
  },
  { weight: 1, arbitrary: of('resume', {}) },
  { weight: 1, arbitrary: of('scale', { replicas: fc.constantFrom(0, 1, 3) }) },
  { weight: 1, arbitrary: of('bounds', { most: fc.constantFrom(2, 3, 5) }) },
  { weight: 1, arbitrary: of('twin', {}) },
  {
    weight: 3,
    arbitrary: of('delete', { thing: fc.constantFrom(...things) }),
  },
  {
    weight: 3,
    arbitrary: of('recreate', {
      thing: fc.constantFrom('target', 'canary', 'config', 'autoscaler', 'budget'),
    }),
  },
  {
    weight: 1,
    arbitrary: of('kill pods', { of: fc.constantFrom('target' as const, 'primary' as const) }),
  },
  {
    weight: 3,
    arbitrary: of('metrics', { answer: fc.constantFrom('true', 'true', 'bad', 'none', 'error') }),
  },
  { weight: 2, arbitrary: of('gates', { gates: fc.subarray(gates) }) },
  { weight: 2, arbitrary: of('restart', { flag: fc.constantFrom(...flags) }) },
  { weight: 1, arbitrary: of('down', { seconds: fc.constantFrom(1, 20, 300) }) },
  {
    weight: 3,
    arbitrary: of('fault', {
      how: fc.constantFrom('refused', 'conflict', 'throttled', 'answer lost'),
      times: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 1,
    arbitrary: of('slow', {
      requestMs: fc.constantFrom(0, 5, 300),
      watchMs: fc.constantFrom(0, 20, 1_500),
    }),
  },
  { weight: 1, arbitrary: of('drop watches', {}) },
) as fc.Arbitrary<Step>
