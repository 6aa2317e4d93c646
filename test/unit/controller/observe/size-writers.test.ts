import { describe, expect, test } from 'vitest'
import {
  readSizeWriters,
  withSizeKept,
} from '../../../../controller/observe/beside/size-writers.ts'
import { createMemory } from '../../../../controller/process/deps.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { type ObservationOverrides, observation } from '../../../support/observation.ts'
import { context } from '../../workloads/builders.ts'
import { expectNoAnswer, forbidden, givenServer, readInVain } from './asked-beside.ts'

const scaledBy = (name: string, manager: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    ...{ name, namespace: 'shop', resourceVersion: `of ${manager}` },
    managedFields: [
      {
        ...{ manager, operation: 'Update', subresource: 'scale', time: '2030-01-01T11:00:00Z' },
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      },
    ],
  },
})

const byHand = [scaledBy('checkout', 'kubectl'), scaledBy('checkout-primary', 'flagger')]
const autoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'own', namespace: 'shop' },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'checkout-primary' } },
}

function given(how: Parameters<typeof givenServer>[1] = 'objects', of: ObservationOverrides = {}) {
  const server = givenServer([...byHand, autoscaler], how)
  const memory = createMemory()
  const seen = observation({ workload: { targetReplicas: 3 }, ...of })
  let found: KubeObject[] = byHand
  const read = () =>
    readSizeWriters(seen, {
      ...{ deps: server.deps, memory },
      // As everywhere the caller names the type.
      find: <T extends KubeObject>({ name }: { name: string }) =>
        found.find(({ metadata }) => metadata.name === name) as T | undefined,
    })
  const change = (objects: KubeObject[]) => {
    found = objects
  }
  return { ...server, read, change }
}

test('who scaled target and primary is asked once, as long as neither is another one', async () => {
  const { asked, read, change } = given()
  const writers = {
    target: { manager: 'kubectl', byScale: true },
    primary: { manager: 'flagger', byScale: true },
    autoscaler: 'HorizontalPodAutoscaler own.shop',
  }
  expect(await read()).toEqual(writers)
  expect(await read()).toEqual(writers)
  expect(asked).toEqual([
    'Deployment checkout',
    'Deployment checkout-primary',
    'HorizontalPodAutoscaler',
  ])
  change([scaledBy('checkout', 'git')])
  await read()
  expect(asked).toHaveLength(6)
})

test.each<[what: string, of: ObservationOverrides]>([
  ['rests', { workload: { targetReplicas: 0 } }],
  ['is suspended', { canary: { spec: { suspend: true } } }],
  ['is in a run', { canary: { status: { phase: 'Progressing' } } }],
])('nobody is asked while the canary %s', async (_, of) => {
  const { asked, read } = given('objects', of)
  expect(await read()).toBeUndefined()
  expect(asked).toEqual([])
})

test('what may not be read is not known, and is asked for again at the next look', async () => {
  const { asked, read } = given(forbidden)
  expect(await read()).toBeUndefined()
  expect(await read()).toBeUndefined()
  expect(asked).toHaveLength(6)
})

test('a server that says nothing holds the look for a moment alone', async () => {
  expect(await readInVain(given('silence'))).toBeUndefined()
})

test('the end of the process, and a defect, are no answer', () => expectNoAnswer(given))

describe('a promotion leaves the size of a primary to its autoscaler', () => {
  const promoted = async (
    how: Parameters<typeof givenServer>[1],
    objects: readonly KubeObject[] = [autoscaler],
    of: ObservationOverrides = { workload: { targetReplicas: 3 } },
  ) => {
    const { asked, deps } = givenServer(objects, how)
    const scene = { seen: observation(of), workloadContext: context([]) }
    const { workloadContext } = await withSizeKept(scene, deps)
    return { asked, keepsSize: workloadContext.keepsSize }
  }

  test('that the Canary does not name', async () => {
    expect(await promoted('objects')).toEqual({
      asked: ['HorizontalPodAutoscaler'],
      keepsSize: true,
    })
    expect(await promoted('objects', [])).toMatchObject({ keepsSize: false })
  })

  test('and makes none smaller where nobody can say whether there is any', async () => {
    const sizes = (targetReplicas: number, primaryReplicas: number) => ({
      workload: { targetReplicas, primaryReplicas },
    })
    const asked = (of: ReturnType<typeof sizes>) => promoted(forbidden, [autoscaler], of)
    expect(await asked(sizes(1, 4))).toMatchObject({ keepsSize: true })
    expect(await asked(sizes(4, 1))).toMatchObject({ keepsSize: false })
  })

  test('which is not asked for where the size stays the same', async () => {
    const same = { workload: { targetReplicas: 2, primaryReplicas: 2 } }
    expect(await promoted('objects', [autoscaler], same)).toEqual({
      asked: [],
      keepsSize: undefined,
    })
  })
})
