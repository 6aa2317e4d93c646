import type { KubeObject } from '../../src/objects.ts'
import { routerFor } from '../../src/routers/index.ts'
import { type Recording, type Scenario, type Step, scenarioOf } from '../conformance/recording.ts'

interface Named {
  kind: string
  name: string
}

/**
 * For each router with objects of its own a scenario, taken from a recording, in which a Canary
 * with `revertOnDeletion` is deleted, and the routing objects made for it go.
 */
export function deletions(recordings: readonly Recording[]): Scenario[] {
  const perRouter = new Map(
    recordings
      .filter((recording) => generatedRoutes(recording).length > 0)
      .map((recording) => [routerFor(recording.provider), recording]),
  )
  return [...perRouter.values()].map((recording) => ({
    ...scenarioOf(recording),
    name: `deletion-${recording.provider.replace(/[^a-z0-9]+/g, '-')}`,
    objects: recording.inputs.objects.map(reverting),
    steps: stepsOf(recording),
  }))
}

function stepsOf(recording: Recording): Step[] {
  const canary = recording.inputs.objects.find(({ kind }) => kind === 'Canary')
  const deleted = { kind: 'Canary', name: canary?.metadata.name ?? '' }
  return [
    { phase: 'Initialized' },
    { delete: deleted },
    { gone: deleted },
    ...generatedRoutes(recording).map((gone) => ({ gone })),
  ]
}

/** Routing objects of the recording that the scenario does not begin with. */
function generatedRoutes({ provider, inputs, states }: Recording): Named[] {
  const kinds = routerFor(provider).kinds.map(({ kind }) => kind)
  const given = inputs.objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
  const ids = Object.keys(states).filter((id) => !given.includes(id))
  return ids.flatMap((id) => {
    const [kind = '', name = ''] = id.split('/')
    return kinds.includes(kind) ? [{ kind, name }] : []
  })
}

function reverting(object: KubeObject): KubeObject {
  if (object.kind !== 'Canary') return object
  const { spec } = object as KubeObject & { spec: object }
  return { ...object, spec: { ...spec, revertOnDeletion: true } } as KubeObject
}
