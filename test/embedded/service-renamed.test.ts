/** A Canary whose `service.name` is changed: what is left of the Services and routes of before. */
import { expect, test } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { canaryRef, home, serviceRef } from '../model/objects.ts'
import { givenStepped, type SteppedCanary } from './support/stepped.ts'

interface Service extends KubeObject {
  spec: { selector?: Record<string, string> }
}

const virtualServices = { apiVersion: 'networking.istio.io/v1beta1', kind: 'VirtualService' }
const destinationRules = { ...virtualServices, kind: 'DestinationRule' }

function namesOf({ world }: SteppedCanary, kind: { apiVersion: string; kind: string }): string[] {
  return world.store.list(kind, { namespace: home }).map(({ metadata }) => metadata.name)
}

test.each([
  ['at rest', false],
  ['in a run', true],
])(
  '%s: routes go with the old name, and who still calls it meets the primary',
  async (_when, isInRun) => {
    const canary = await givenStepped()
    const { world, patch, pass, setImage, status, events } = canary
    if (isInRun) {
      setImage('b')
      await pass(10)
      expect(status().phase).toBe('Progressing')
    }
    patch(canaryRef, { spec: { service: { name: 'shop' } } })
    await pass(2)

    expect(namesOf(canary, virtualServices)).toEqual(['shop'])
    expect(namesOf(canary, destinationRules).filter((name) => name.startsWith('app'))).toEqual([])
    const services = namesOf(canary, serviceRef('')).filter((name) => /^(app|shop)/.test(name))
    expect(services.toSorted()).toEqual(['app', 'shop', 'shop-canary', 'shop-primary'])
    expect(world.store.get<Service>(serviceRef('app'))?.spec.selector).toEqual({
      app: 'app-primary',
    })
    const told = events().filter((text) => text.includes('Service app'))
    expect(told).toEqual([
      'Normal app.test does not name Service app any more: what was made for that is removed',
      'Warning canary app.test: Service app is left, and leads to app-primary whatever a run does, ' +
        'because users may still call it; let them call shop, and delete it',
    ])
    expect(status().servedBy).toMatchObject({ service: 'shop' })

    if (!isInRun) setImage('b')
    await pass(600)
    expect(status().phase).toBe('Succeeded')
    expect(events().filter((text) => text.includes('Service app'))).toEqual(told)
  },
)

test('a status of before that notes no Service loses nothing', async () => {
  const canary = await givenStepped({ spec: { service: { name: 'shop' } } })
  const { world, pass, events } = canary
  world.store.modify<KubeObject & { status?: { servedBy?: { service?: string } } }>(
    canaryRef,
    (draft) => {
      delete draft.status?.servedBy?.service
    },
    { subresource: 'status' },
  )
  world.startProcess()
  await pass(60)
  expect(namesOf(canary, virtualServices)).toEqual(['shop'])
  expect(events().filter((text) => text.includes('any more'))).toEqual([])
})
