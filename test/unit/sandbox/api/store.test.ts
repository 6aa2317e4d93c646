import { expect, test } from 'vitest'
import { ApiError } from '../../../../src/sandbox/api/api-error.ts'
import { type Body, configMap, deployment, server } from './support.ts'

const kind = { apiVersion: 'v1', kind: 'ConfigMap' }
const ref = { ...kind, namespace: 'default', name: 'a' }

test('reads, writes and selects in process by the rules of the server', async () => {
  const { store } = await server()
  store.create(configMap('a', { n: '1' }, { namespace: 'default', labels: { on: '1' } }))
  store.create(configMap('b', {}, { namespace: 'kube-system' }))
  expect(store.list(kind).map(({ metadata }) => metadata.name)).toEqual(['a', 'b'])
  expect(store.list(kind, { namespace: 'kube-system' })).toHaveLength(1)
  expect(store.list(kind, { labelSelector: 'on' })).toHaveLength(1)
  expect(store.patch<Body>(ref, { data: { n: '2' } }, { type: 'merge' }).data).toEqual({ n: '2' })
  expect(store.delete(ref)).toBe(true)
  expect(store.delete(ref)).toBe(false)
  expect(store.get(ref)).toBeUndefined()
})

test('refuses in process with the status that a client would get', async () => {
  const { store } = await server()
  const wrong = { ...deployment('a'), metadata: { name: 'a', namespace: 'default' } }
  wrong.spec.selector = { matchLabels: { app: 'b' } }
  expect(() => store.create(wrong)).toThrow(ApiError)
  expect(() => store.list({ apiVersion: 'none/v1', kind: 'None' })).toThrow(
    'the server could not find the requested resource',
  )
})

test('a late write in process is a conflict too', async () => {
  const { store } = await server()
  const old = store.create(configMap('a', { n: '1' }, { namespace: 'default' }))
  store.modify<Body>(ref, (draft) => {
    draft.data.n = '2'
  })
  expect(() => store.update({ ...old, data: { n: '3' } })).toThrow('the object has been modified')
  expect(store.modify({ ...ref, name: 'none' }, () => {})).toBeUndefined()
})

test('writes the status in process apart from the spec', async () => {
  const { store } = await server()
  store.create({ ...deployment('a'), metadata: { name: 'a', namespace: 'default' } })
  const change = (draft: Body) => {
    draft.status = { replicas: 1 }
    draft.spec.replicas = 9
  }
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'a' }
  expect(store.modify<Body>(target, change)).toMatchObject({ spec: { replicas: 9 }, status: {} })
  const reported = store.modify<Body>(target, change, { subresource: 'status' })
  expect(reported?.status).toEqual({ replicas: 1 })
})

test('one listener that fails keeps no other from hearing', async () => {
  const { store } = await server()
  const seen: string[] = []
  store.watch(() => {
    throw new Error('broken listener')
  })
  store.watch(({ object }) => seen.push(object.metadata.name))
  const made = configMap('a', {}, { namespace: 'default' })
  expect(() => store.create(made)).toThrow('broken listener')
  expect(seen).toEqual(['a'])
  expect(store.get(ref)).toBeDefined()
})
