import { expect, test } from 'vitest'
import { installedProvider } from '../../../../commands/drafting/surroundings.ts'
import { KubeError } from '../../../../src/errors.ts'

/** Of a cluster that serves these groups, and fails for others like this. */
function installed(served: RegExp, status = 404): Promise<string> {
  const raw = (_method: string, path: string) =>
    served.test(path)
      ? Promise.resolve({})
      : Promise.reject(new KubeError(`${path} failed`, { status }))
  return installedProvider({ kube: { raw }, signal: new AbortController().signal })
}

test('the provider is one whose kinds the cluster serves, or plain Kubernetes', async () => {
  expect(await installed(/projectcontour/)).toBe('contour')
  expect(await installed(/istio/)).toBe('istio')
  expect(await installed(/nothing/)).toBe('kubernetes')
})

test.each([0, 403, 429, 503])('that the API server does not tell is told: %i', async (status) => {
  await expect(installed(/projectcontour/, status)).rejects.toMatchObject({
    ...{ name: 'KubeError', status },
  })
})
