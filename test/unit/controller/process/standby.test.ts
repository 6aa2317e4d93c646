import { expect, test } from 'vitest'
import { whileLeading } from '../../../../controller/process/standby.ts'
import { StandbyError } from '../../../../src/errors.ts'
import type { Http } from '../../../../src/io/http.ts'
import { refOf } from '../../../../src/objects.ts'
import { fakeKube } from '../../io/kube/fake-kube.ts'

const object = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'test', name: 'a' } }
const ref = refOf(object)

function given() {
  const kube = fakeKube([object])
  const called: string[] = []
  const http: Http = async ({ url }) => {
    called.push(url)
    return { status: 200, headers: {}, body: '' }
  }
  let leads = true
  const ports = whileLeading({ kube, http }, () => leads)
  const acts = {
    create: () => ports.kube.create({ ...object, metadata: { namespace: 'test', name: 'b' } }),
    replace: async () => ports.kube.replace((await kube.get(ref)) ?? object),
    patch: () => ports.kube.patch(ref, {}),
    delete: () => ports.kube.delete(ref),
    call: () => ports.http({ url: 'http://hook/', timeoutMs: 1_000 }),
  }
  return { kube, called, ports, acts, lose: () => (leads = false) }
}

test('who leads changes and calls', async () => {
  const { kube, called, acts } = given()
  for (const act of Object.values(acts)) await act()
  expect(kube.objects.size).toBe(1)
  expect(called).toEqual(['http://hook/'])
})

test('who may lead no longer reads, and neither changes anything nor calls anybody', async () => {
  const { kube, called, ports, acts, lose } = given()
  lose()
  for (const [name, act] of Object.entries(acts))
    await expect(act(), name).rejects.toBeInstanceOf(StandbyError)
  expect(await ports.kube.get(ref)).toBeDefined()
  expect(kube.requests.filter((request) => !request.startsWith('get'))).toEqual([])
  expect(called).toEqual([])
})

test('who may lead no longer asks the API server, and sends it nothing else', async () => {
  const asked: string[] = []
  const kube = {
    ...fakeKube([]),
    raw: async (method: string) => asked.push(method),
  }
  const http: Http = () => Promise.reject(new Error('nobody is called'))
  let leads = true
  const { kube: port } = whileLeading({ kube, http }, () => leads)

  await port.raw('POST', '/apis/x', {})
  leads = false
  await port.raw('GET', '/apis/x')
  await expect(port.raw('POST', '/apis/x', {})).rejects.toBeInstanceOf(StandbyError)
  expect(asked).toEqual(['POST', 'GET'])
})
