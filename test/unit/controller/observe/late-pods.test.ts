import { expect, test } from 'vitest'
import { latePods } from '../../../../controller/observe/beside/late-pods.ts'
import type { CanaryStatus } from '../../../../src/canary/api.gen.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import type { WorkloadState } from '../../../../src/workloads/workload.ts'
import { canary, observation } from '../../../support/observation.ts'
import { expectNoAnswer, forbidden, givenServer, readInVain } from './asked-beside.ts'

const deployment = (name: string, app: string | undefined): KubeObject & { spec: object } => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'shop' } },
  spec: { selector: app === undefined ? {} : { matchLabels: { app } } },
})

const pod = {
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'checkout-1', namespace: 'shop' } },
  status: {
    phase: 'Pending',
    containerStatuses: [
      {
        ...{ name: 'app', ready: false, restartCount: 0 },
        state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } },
      },
    ],
  },
}

const late = { state: 'failed', why: 'deadline' } as const
const running: CanaryStatus = { phase: 'Progressing' }

function given(
  how: Parameters<typeof givenServer>[1],
  of: { workload?: Partial<WorkloadState>; status?: CanaryStatus; app?: string | undefined } = {},
) {
  const { workload = { target: late }, status = running, app = 'checkout' } = of
  const server = givenServer([pod], how)
  const found = ['checkout', 'checkout-primary'].map((name) =>
    deployment(name, 'app' in of ? of.app : app),
  )
  const seen = observation({ workload })
  const read = () =>
    latePods(
      canary({ status }),
      seen.workload,
      // As everywhere the caller names the type.
      <T extends KubeObject>({ name }: { name: string }) =>
        found.find(({ metadata }) => metadata.name === name) as T | undefined,
      server.deps,
    )
  return { ...server, read }
}

test('of a run whose pods are too late, what keeps them is told', async () => {
  expect(await given('objects').read()).toMatchObject([{ reason: 'ImagePullBackOff' }])
  expect(await given('objects', { workload: { primary: late } }).read()).toMatchObject([
    { reason: 'ImagePullBackOff' },
  ])
})

test.each<[what: string, of: Parameters<typeof given>[1]]>([
  ['no run is on', { status: { phase: 'Succeeded' } }],
  ['nothing is late', { workload: {} }],
  ['its pods have no selector', { app: undefined }],
])('no pods are read where %s', async (_, of) => {
  const { asked, read } = given('objects', of)
  expect(await read()).toBeUndefined()
  expect(asked).toEqual([])
})

test('a rollback goes on without its pods where they may not be read, or are not in time', async () => {
  expect(await given(forbidden).read()).toEqual([])
  expect(await readInVain(given('silence'))).toEqual([])
})

test('the end of the process, and a defect, are no answer', () => expectNoAnswer(given))
