import { expect, test } from 'vitest'
import {
  type EndpointSlice,
  kindOf,
  type Service,
} from '../../../../src/sandbox/simulation/objects.ts'
import { deployment, edit, type Simulated, simulated } from './support.ts'

function service(spec: Service['spec']): Service {
  return { ...kindOf.service, metadata: { name: 'app', namespace: 'default' }, spec }
}

function slices({ store }: Simulated): EndpointSlice[] {
  return store.list<EndpointSlice>(kindOf.endpointSlice)
}

const readiness = (world: Simulated) =>
  slices(world).flatMap(({ endpoints }) => endpoints.map(({ conditions }) => conditions.ready))

test('a Service lists the pods that it selects, and which of them are ready', async () => {
  const world = await simulated()
  world.store.create(service({ selector: { app: 'app' }, ports: [{ port: 80, targetPort: 8080 }] }))
  world.store.create(deployment({ replicas: 2 }))
  world.step(0.5)
  expect(readiness(world)).toEqual([false, false])
  world.step(4)
  expect(readiness(world)).toEqual([true, true])
  const [slice] = slices(world)
  expect(slice?.metadata.labels?.['kubernetes.io/service-name']).toBe('app')
  expect(slice?.ports).toEqual([{ name: '', port: 8080, protocol: 'TCP' }])
  const addresses = slice?.endpoints.flatMap((endpoint) => endpoint.addresses)
  expect(addresses?.sort()).toEqual(
    world
      .pods()
      .map(({ status }) => status?.podIP)
      .sort(),
  )
})

test('a target port that is named is the one of the container', async () => {
  const world = await simulated()
  const wanted = deployment({ replicas: 1 })
  for (const container of wanted.spec.template.spec.containers)
    container.ports = [{ name: 'http', containerPort: 9898 }]
  world.store.create(wanted)
  world.store.create(
    service({ selector: { app: 'app' }, ports: [{ name: 'web', port: 80, targetPort: 'http' }] }),
  )
  world.step(4)
  expect(slices(world)[0]?.ports).toEqual([{ name: 'web', port: 9898, protocol: 'TCP' }])
})

test('another selector leads to other pods', async () => {
  const world = await simulated()
  const app = service({ selector: { app: 'app' }, ports: [{ port: 80 }] })
  world.store.create(app)
  world.store.create(deployment({ replicas: 1 }))
  world.step(4)
  edit(world, app, ({ spec }) => {
    spec.selector = { app: 'other' }
  })
  world.step(1)
  expect(readiness(world)).toEqual([])
})

test('pods that go leave the list, and the list goes with its Service', async () => {
  const world = await simulated()
  world.store.create(service({ selector: { app: 'app' }, ports: [{ port: 80 }] }))
  world.store.create(deployment({ replicas: 2 }))
  world.step(4)
  edit(world, deployment(), ({ spec }) => {
    spec.replicas = 1
  })
  world.step(1)
  expect(readiness(world)).toEqual([true])
  world.store.delete({ ...kindOf.service, namespace: 'default', name: 'app' })
  world.step(1)
  expect(slices(world)).toEqual([])
})

test('a Service without a selector has no list of ours', async () => {
  const world = await simulated()
  world.store.create(service({ ports: [{ port: 80 }] }))
  world.store.create(deployment({ replicas: 1 }))
  world.step(4)
  expect(slices(world)).toEqual([])
})

test('only pods with all of the labels are listed', async () => {
  const world = await simulated()
  world.store.create(service({ selector: { app: 'app', tier: 'front' }, ports: [{ port: 80 }] }))
  world.store.create(deployment({ replicas: 1 }))
  world.step(4)
  expect(readiness(world)).toEqual([])
})
