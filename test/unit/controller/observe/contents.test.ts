import { expect, test } from 'vitest'
import { createContents } from '../../../../controller/observe/contents.ts'
import type { Kube } from '../../../../src/io/kube/kube.ts'
import { type KubeObject, type ObjectRef, refOf } from '../../../../src/objects.ts'

const { signal } = new AbortController()

function config(name: string, resourceVersion: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'a', name, resourceVersion },
  }
}

/** Contents over a server that holds each ConfigMap in the version that was asked about last. */
function given() {
  const read: string[] = []
  const stored = new Map<string, KubeObject>()
  const get = async ({ name }: ObjectRef) => {
    read.push(name)
    return stored.get(name)
  }
  return { contents: createContents({ get } as unknown as Kube), read, stored }
}

test('contents are read once, and again when their version changed', async () => {
  const { contents, read, stored } = given()
  for (const version of ['1', '1', '2', '2']) {
    stored.set('settings', config('settings', version))
    const object = await contents.read(config('settings', version), signal)
    expect(object?.metadata.resourceVersion).toBe(version)
  }
  expect(read).toEqual(['settings', 'settings'])
})

test('what was just written need not be read', async () => {
  const { contents, read } = given()
  contents.put(config('settings', '3'))
  await contents.read(config('settings', '3'), signal)
  expect(read).toEqual([])
})

test('what nobody needs is forgotten', async () => {
  const { contents, read, stored } = given()
  for (const name of ['old', 'new']) {
    stored.set(name, config(name, '1'))
    await contents.read(config(name, '1'), signal)
  }
  contents.retain(({ name }) => name === 'new')
  for (const name of ['old', 'new']) await contents.read(config(name, '1'), signal)
  expect(read).toEqual(['old', 'new', 'old'])
})

test('what is gone meanwhile is undefined', async () => {
  const { contents } = given()
  expect(await contents.read(config('settings', '1'), signal)).toBeUndefined()
})

test('what was read before is there at once, whatever its version is now', async () => {
  const { contents, stored } = given()
  const first = config('settings', '1')
  expect(contents.held(refOf(first))).toBeUndefined()
  stored.set('settings', first)
  await contents.read(first, signal)
  expect(contents.held(refOf(config('settings', '2')))).toBe(first)
})
