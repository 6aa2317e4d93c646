import { expect, test } from 'vitest'
import { hookToken } from '../../../../controller/observe/beside/hook-token.ts'
import { KubeError } from '../../../../src/errors.ts'
import type { KubeObject, ObjectRef } from '../../../../src/objects.ts'

function given(secret: object | undefined, read = async (found: KubeObject) => found) {
  const metadata = { namespace: 'test', name: 'tester' }
  const object = secret && ({ apiVersion: 'v1', kind: 'Secret', metadata, ...secret } as KubeObject)
  const get = <T extends KubeObject>({ namespace, name }: ObjectRef) =>
    (namespace === 'test' && name === 'tester' ? object : undefined) as T | undefined
  const { signal } = new AbortController()
  return hookToken({ cache: { get }, contents: { read }, signal }, 'test', 'tester')
}

test('the token of a hook is the entry of that name, without the end of its line', async () => {
  expect(await given({ type: 'Opaque', data: { token: btoa('abc\n') } })).toBe('abc')
})

test.each([
  ['is not there', undefined, 'secret tester of the hook is not there; create it'],
  ['has no token', { data: { user: btoa('me') } }, 'has no entry token; add it'],
  [
    'is of a service account',
    { type: 'kubernetes.io/service-account-token', data: { token: btoa('abc') } },
    'is of type kubernetes.io/service-account-token; use one of type Opaque',
  ],
])('a Secret that %s is told by a sentence', async (_, secret, why) => {
  await expect(given(secret)).rejects.toThrow(why)
})

test.each([
  [503, true],
  [0, true],
  [403, false],
])(
  'an API server that answers %d to the read: whether that is ours is %j',
  async (status, isOurs) => {
    const away = async () => {
      throw new KubeError('no', { status })
    }
    const reading = given({ data: {} }, away)
    await expect(reading).rejects.toMatchObject({ name: 'ProviderError', isOurs })
  },
)
