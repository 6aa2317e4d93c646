import { expect } from 'vitest'
import { permissiveCrds } from '../conformance/permissive-crds.ts'
import { clusterTest } from './cluster-test.ts'
import type { Crd } from './crds.ts'
import { installProviderCrds } from './provider-crds.ts'

clusterTest(
  'every provider has definitions, its own ones where they can be had',
  async ({ api }) => {
    const lines: string[] = []
    const { real, standIns } = await installProviderCrds(api, (line) => lines.push(line))

    expect(real).toContain('networking.istio.io')
    expect(real).toContain('gateway.networking.k8s.io')
    for (const group of standIns) expect(lines.join('\n')).toContain(group)
    for (const { metadata } of permissiveCrds)
      expect(
        await api.find<Crd>(
          `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${metadata.name}`,
        ),
      ).toBeDefined()
  },
  300_000,
)

clusterTest(
  'the providers’ own definitions refuse what the provider would refuse',
  async ({ api, namespace }) => {
    await installProviderCrds(api, () => {})
    const path = `/apis/networking.istio.io/v1beta1/namespaces/${namespace}/virtualservices`
    const route = (weight: unknown) => ({
      apiVersion: 'networking.istio.io/v1beta1',
      kind: 'VirtualService',
      metadata: { generateName: 'web-' },
      spec: { hosts: ['web'], http: [{ route: [{ destination: { host: 'web' }, weight }] }] },
    })

    await expect(api.request('POST', path, route('many'))).rejects.toMatchObject({ status: 422 })
    expect(await api.request('POST', path, route(100))).toMatchObject({ kind: 'VirtualService' })
  },
  300_000,
)
