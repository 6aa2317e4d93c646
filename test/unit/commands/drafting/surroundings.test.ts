import { expect, test } from 'vitest'
import { installedProvider } from '../../../../commands/drafting/surroundings.ts'
import { KubeError } from '../../../../src/errors.ts'

/** Of a cluster that serves these groups, and fails like this for those that are said to. */
function installed(served: RegExp, { failing = /nothing/, status = 503 } = {}) {
  const raw = (_method: string, path: string) => {
    if (served.test(path)) return Promise.resolve({})
    const isFailing = failing.test(path)
    return Promise.reject(
      new KubeError('not now', {
        status: isFailing ? status : 404,
        reason: isFailing ? 'Away' : '',
      }),
    )
  }
  return installedProvider({ kube: { raw }, signal: new AbortController().signal })
}

test('the provider is one whose kinds the cluster serves, or plain Kubernetes', async () => {
  expect(await installed(/projectcontour/)).toEqual({ provider: 'contour', unread: [] })
  expect(await installed(/istio/)).toEqual({ provider: 'istio', unread: [] })
  expect(await installed(/nothing/)).toEqual({ provider: 'kubernetes', unread: [] })
})

test.each([0, 403, 429, 503])(
  'a group that the server does not tell of is named: %i',
  async (status) => {
    const { provider, unread } = await installed(/projectcontour/, { failing: /istio/, status })
    expect(provider).toBe('contour')
    const [group, ...others] = unread
    expect(group).toMatchObject({ request: 'get /apis/networking.istio.io/v1beta1' })
    expect(others).toEqual([])
  },
)

test('of a mesh that comes after the one that was found nothing has to be known', async () => {
  const found = await installed(/istio/, { failing: /projectcontour/ })
  expect(found).toEqual({ provider: 'istio', unread: [] })
})

test('where the only mesh may be one that is not told, it has to be named', async () => {
  await expect(installed(/nothing/, { failing: /projectcontour/ })).rejects.toMatchObject({
    message: expect.stringMatching(
      /^error: the mesh of the cluster can't be told: get \/apis\/projectcontour\.io\/v1 failed: 503 Away: not now$/,
    ),
    hints: ['name it with --provider, or --provider=kubernetes where there is none'],
  })
})

test('a server that is away is an error', async () => {
  const raw = () =>
    Promise.reject(new KubeError('away', { status: 0, reason: 'ConnectionRefused' }))
  const asking = installedProvider({ kube: { raw }, signal: new AbortController().signal })
  await expect(asking).rejects.toMatchObject({ name: 'KubeError' })
})
