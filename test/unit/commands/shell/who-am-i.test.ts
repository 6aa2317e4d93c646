import { expect, test } from 'vitest'
import { whoAmI } from '../../../../commands/shell/who-am-i.ts'
import { KubeError } from '../../../../src/errors.ts'
import { fakeKube } from '../../io/kube/fake-kube.ts'

const { signal } = new AbortController()
const jane = () => Promise.resolve('jane')
const asking = (raw: () => Promise<unknown>) => ({ kube: { ...fakeKube(), raw }, signal })
const told = asking(() => Promise.resolve({ status: { userInfo: { username: 'jane@corp' } } }))
const silent = asking(() =>
  Promise.reject(new KubeError('there is no such kind', { status: 404, reason: 'NotFound' })),
)

test('a person is who the server says', async () => {
  expect(await whoAmI(told, jane)).toBe('jane@corp')
})

test('where the server does not say, the name of the account counts', async () => {
  expect(await whoAmI(silent, jane)).toBe('jane')
  expect(
    await whoAmI(
      asking(() => Promise.resolve({})),
      jane,
    ),
  ).toBe('jane')
})

test('a user without an account has no name, and may go on', async () => {
  expect(await whoAmI(silent, () => Promise.reject(new Error('ENOENT')))).toBeUndefined()
})
