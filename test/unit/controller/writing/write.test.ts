import { describe, expect, test } from 'vitest'
import { createMemory } from '../../../../controller/process/deps.ts'
import { createSnapshot } from '../../../../controller/tick/scene.ts'
import {
  createDryWriter,
  createWriter,
  type Writer,
  type WriterDeps,
} from '../../../../controller/writing/write.ts'
import { KubeError } from '../../../../src/errors.ts'
import { silent } from '../../../../src/io/log.ts'
import { type KubeObject, type ObjectRef, refKey, refOf } from '../../../../src/objects.ts'
import { fakeClock, hurriedClock } from '../../io/fake-clock.ts'

interface Service extends KubeObject {
  spec: Record<string, unknown>
}

const ref: ObjectRef = { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'web' }

function service(port: number, resourceVersion?: string): Service {
  const { apiVersion, kind, namespace, name } = ref
  const version = resourceVersion === undefined ? {} : { resourceVersion }
  return {
    apiVersion,
    kind,
    metadata: { ...(namespace && { namespace }), name, uid: 'one', ...version },
    spec: { port },
  }
}

const specOf = ({ spec = {} }: KubeObject & Partial<Service>): Service['spec'] => spec

/** One server that holds one Service, and adds a default as API servers do. */
function given(stored?: Service) {
  const sent: string[] = []
  const cached = new Map<string, KubeObject>()
  let held = stored
  let version = 7
  const kube: WriterDeps['kube'] = {
    async create(object) {
      sent.push('create')
      version += 1
      return hold(object, specOf(object))
    },
    async replace(object) {
      sent.push('replace')
      if (object.metadata.resourceVersion !== held?.metadata.resourceVersion)
        throw new KubeError('modified', { status: 409 })
      const spec = { ...specOf(object), clusterIP: held?.spec.clusterIP ?? '10.0.0.1' }
      if (JSON.stringify(spec) !== JSON.stringify(held?.spec)) version += 1
      return hold(object, spec)
    },
    patch: () => Promise.reject(new KubeError('nobody patches here', { status: 405 })),
    // The caller knows which type its reference names.
    get: async <T extends KubeObject>() => held as T | undefined,
    async delete(_, { uid = '' } = {}) {
      sent.push(`delete ${uid}`)
      held = undefined
      return true
    },
  }
  function hold<T extends KubeObject>(object: T, spec: Service['spec']): T {
    const metadata = { ...object.metadata, resourceVersion: String(version) }
    held = { ...object, spec, metadata }
    return { ...object, spec, metadata }
  }
  const deps: WriterDeps = {
    kube,
    cache: {
      put: (object) => void cached.set(refKey(refOf(object)), object),
      remove: (of) => void cached.delete(refKey(of)),
    },
    contents: { put() {} },
    clock: fakeClock(),
    signal: new AbortController().signal,
    wrote: () => {},
  }
  const memory = createMemory()
  /** A writer as each tick gets one, that has seen what the server holds. */
  const tick = () => {
    const snapshot = createSnapshot()
    if (held) snapshot.put(held)
    return { writer: createWriter(deps, snapshot, memory), snapshot }
  }
  return { sent, cached, memory, deps, tick, stored: () => held }
}

test('an object that is missing is created, and the cache knows it at once', async () => {
  const { sent, cached, tick } = given()
  const { writer, snapshot } = tick()
  expect(await writer.apply(service(80))).toBe(true)
  expect(sent).toEqual(['create'])
  expect(cached.get(refKey(ref))?.metadata.resourceVersion).toBe('8')
  expect(snapshot.find(ref)?.metadata.resourceVersion).toBe('8')
})

test('an object that is as it should be is not written', async () => {
  const { sent, tick, stored } = given(service(80, '7'))
  const { writer } = tick()
  expect(await writer.apply(stored() ?? service(80))).toBe(false)
  expect(sent).toEqual([])
})

test('a write that the server takes for no change is not repeated', async () => {
  const { sent, tick } = given({ ...service(80, '7'), spec: { port: 80, clusterIP: '10.0.0.1' } })
  // What we want leaves the default out.
  const wanted = service(80, '7')
  await tick().writer.apply(wanted)
  expect(await tick().writer.apply(wanted)).toBe(false)
  expect(sent).toEqual(['replace'])
})

test('of objects that go by other names from time to time only the last are remembered', async () => {
  const { deps, memory } = given()
  for (let at = 0; at < 200; at++) {
    const metadata = { name: `web-${at}`, namespace: 'shop', resourceVersion: '7' }
    const found = { ...service(80), metadata }
    const snapshot = createSnapshot()
    snapshot.put(found)
    const kube: WriterDeps['kube'] = { ...deps.kube, replace: async (object) => object }
    const wanted: Service = { ...found, spec: { port: 81 } }
    await createWriter({ ...deps, kube }, snapshot, memory).apply(wanted)
  }
  const names = [...memory.settled.keys()]
  expect(names).toHaveLength(50)
  expect(names.at(-1)).toContain('web-199')
})

test('it is repeated when somebody changed the object, or something else is wanted', async () => {
  const { sent, tick, stored } = given({
    ...service(80, '7'),
    spec: { port: 80, clusterIP: '10.0.0.1' },
  })
  await tick().writer.apply(service(80, '7'))
  expect(await tick().writer.apply(service(81, '7'))).toBe(true)
  const version = stored()?.metadata.resourceVersion
  expect(await tick().writer.apply(service(80, version))).toBe(true)
  expect(sent).toEqual(['replace', 'replace', 'replace'])
})

test('a change of somebody else in between is a conflict, and not lost', async () => {
  const { tick, stored } = given(service(80, '7'))
  const { writer } = tick()
  await tick().writer.apply(service(90, '7'))
  await expect(writer.apply(service(81, '7'))).rejects.toMatchObject({ status: 409 })
  expect(stored()?.spec.port).toBe(90)
})

test('what is removed is removed by its uid, and only where it was seen', async () => {
  const { sent, cached, tick } = given(service(80, '7'))
  const { writer, snapshot } = tick()
  await writer.remove(ref)
  await writer.remove(ref)
  expect(sent).toEqual(['delete one'])
  expect(cached.size).toBe(0)
  expect(snapshot.find(ref)).toBeUndefined()
})

describe('the status of which the server gave no answer', () => {
  const lost = new KubeError('lost the connection', { status: 0, reason: 'ConnectionReset' })
  const busy = new KubeError('etcdserver: request timed out', { status: 500 })
  const canary = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' }
  const of = (resourceVersion: string, status: object) => {
    const object = { ...canary, metadata: { name: 'web', namespace: 'shop', uid: 'one' }, status }
    return { ...object, metadata: { ...object.metadata, resourceVersion } }
  }
  const before = of('7', { phase: 'Finalising', kept: 1 })
  const wanted = of('7', { phase: 'Succeeded', kept: 1, dropped: true })

  /** A server that fails the write, then answers these to who asks. */
  async function written(error: KubeError, answers: readonly (KubeObject | KubeError)[]) {
    const { deps } = given()
    const left = [...answers]
    const kube: WriterDeps['kube'] = {
      ...deps.kube,
      replace: () => Promise.reject(error),
      async get<T extends KubeObject>() {
        const answer = left.shift()
        if (answer instanceof KubeError) throw answer
        // The caller knows which type its reference names.
        return answer as T | undefined
      },
    }
    const snapshot = createSnapshot()
    snapshot.put(before)
    const all = { ...deps, kube, clock: hurriedClock() }
    const stored = await createWriter(all, snapshot, createMemory()).status(wanted)
    return { stored, known: snapshot.find(refOf(wanted)), left }
  }

  test.each([lost, busy])('is taken for written where the server has it: %s', async (error) => {
    const now = of('8', { phase: 'Succeeded', kept: 1 })
    const { stored, known } = await written(error, [busy, lost, now])
    expect(stored).toEqual(now)
    expect(known).toEqual(now)
  })

  test.each([
    ['it stands as before', before],
    ['somebody edited the rest', of('8', { phase: 'Finalising', kept: 1 })],
    ['it says something else', of('8', { phase: 'Succeeded', kept: 2 })],
    ['it was removed', undefined],
    ['another has its name', { ...wanted, metadata: { ...wanted.metadata, uid: 'two' } }],
  ])('has failed where %s', async (_, now) => {
    await expect(written(lost, now ? [now] : [])).rejects.toBe(lost)
  })

  test.each([
    new KubeError('no', { status: 403 }),
    new KubeError('unavailable', { status: 503 }),
    new KubeError('refused', { status: 0, reason: 'ConnectionRefused' }),
  ])('was not looked for where the server cannot have it: %s', async (error) => {
    await expect(written(error, [of('8', wanted.status)])).rejects.toBe(error)
  })

  test('has failed where nobody can tell', async () => {
    await expect(written(lost, Array(99).fill(busy))).rejects.toBe(lost)
  })
})

test('a write that went through ends the back-off', async () => {
  const { memory, tick } = given()
  memory.failures = 9
  await tick().writer.apply(service(80))
  expect(memory.failures).toBe(0)
})

test('a write that changed nothing leaves the back-off as it is', async () => {
  const held = { ...service(80, '7'), spec: { port: 80, clusterIP: '10.0.0.1' } }
  const { memory, tick } = given(held)
  memory.failures = 9
  await tick().writer.apply(service(80, '7'))
  expect(memory.failures).toBe(9)
})

/** Somebody sets the port to 9 whenever it is something else; tells what is said about it. */
async function contested(isCritical: boolean, looks: number) {
  const { deps, memory, stored } = given(service(9, '7'))
  const said: string[] = []
  const refused: string[] = []
  let writes = 0
  const apply = async (port: number, of = memory) => {
    const snapshot = createSnapshot()
    const found = stored() ?? service(port)
    snapshot.put(found)
    const wanted: Service = { ...found, spec: { ...found.spec, port } }
    return createWriter(deps, snapshot, of, (text) => said.push(text)).apply(
      wanted,
      () => isCritical,
    )
  }
  for (let look = 0; look < looks; look++) {
    const isWritten = await apply(80).catch((error: Error) => void refused.push(error.message))
    if (isWritten) writes += 1
    await apply(9, createMemory())
  }
  return { writes, said, refused, memory }
}

test('a field that is set back again and again is left to the other writer, with one warning', async () => {
  const { writes, said, refused, memory } = await contested(false, 200)
  expect(writes).toBe(4)
  expect(said).toEqual([
    expect.stringMatching(/^Service web\.shop: spec\.port is contested: .* left to/),
  ])
  expect(refused).toEqual([])
  expect(memory.retryMs).toBe(60_000)
})

test('a critical field that is set back again and again ends the tick, and is not yielded', async () => {
  const { writes, said, refused } = await contested(true, 10)
  expect(writes).toBe(4)
  expect(said).toEqual([])
  expect(refused).toHaveLength(6)
  expect(refused[0]).toMatch(/the canary is held where it is/)
})

test('writes that the server refused as a conflict do not count as undone', async () => {
  const { deps, memory, stored } = given(service(9, '7'))
  for (let look = 0; look < 20; look++) {
    const snapshot = createSnapshot()
    snapshot.put(service(9, '6'))
    const { apply } = createWriter(deps, snapshot, memory)
    await expect(apply(service(80, '6'), () => true)).rejects.toMatchObject({ status: 409 })
  }
  expect(stored()?.spec.port).toBe(9)
})

/** What a dry run says of these writes, of one Service that is there. */
async function saidOf(writes: (writer: Writer) => Promise<unknown>): Promise<unknown[]> {
  const said: object[] = []
  const snapshot = createSnapshot()
  snapshot.put(service(80, '7'))
  await writes(
    createDryWriter({ log: { ...silent, info: (fields) => void said.push(fields) } }, snapshot),
  )
  return said
}

test('a dry run says what it would have sent', async () => {
  const said = await saidOf(async (writer) => {
    expect(await writer.apply(service(81, '7'))).toBe(true)
    expect(await writer.apply(service(80, '7'))).toBe(false)
    await writer.status(service(80, '7'))
    await writer.remove(ref)
  })
  expect(said).toEqual(
    ['update', 'update status', 'delete'].map((verb) =>
      expect.objectContaining({ verb, name: 'web' }),
    ),
  )
})

test('a dry run says nothing of the removal of what is not there', async () => {
  expect(await saidOf(({ remove }) => remove({ ...ref, name: 'other' }))).toEqual([])
})

describe('an object that somebody deletes each time it is made', () => {
  const attempts = async (isNeeded: boolean) => {
    const { sent, deps, memory } = given()
    const said: string[] = []
    const make = () =>
      // Whoever looks finds none: it was deleted again.
      createWriter(deps, createSnapshot(), memory, (text) => said.push(text)).apply(
        service(80),
        () => isNeeded,
      )
    for (let time = 0; time < 4; time++) await make()
    return { make, sent, said, memory }
  }

  test('holds the canary where it is needed', async () => {
    const { make, sent, memory } = await attempts(true)
    await expect(make()).rejects.toThrow(
      'Service web.shop is deleted each time it is made; the canary is held where it is, and the ' +
        'object is made once a minute. Let nobody delete it, such as a tool that prunes what is not in Git',
    )
    expect(sent).toHaveLength(4)
    expect(memory.retryMs).toBeDefined()
  })

  test('is left out for a minute elsewhere, and told once', async () => {
    const { make, sent, said } = await attempts(false)
    expect([await make(), await make()]).toEqual([false, false])
    expect(sent).toHaveLength(4)
    expect(said).toHaveLength(1)
  })
})

test('what the controller itself removes and makes again is nobody’s work undone', async () => {
  const { sent, tick } = given()
  for (let time = 0; time < 6; time++) {
    await tick().writer.apply(service(80))
    await tick().writer.remove(ref)
  }
  expect(sent.filter((what) => what === 'create')).toHaveLength(6)
})
