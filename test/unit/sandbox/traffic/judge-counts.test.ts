/** What the judge counts behind each provider: both versions, each by its own requests. */
import { expect, test } from 'vitest'
import type { Count } from '../../../../src/judge/look.ts'
import { namedProviders } from '../../../support/providers.ts'
import { town, users } from './support.ts'

/** Whose series hold both versions in one; plain Kubernetes splits no traffic. */
const inseparable = ['apisix', 'knative', 'kubernetes']

const providers = namedProviders
  .filter(([, { checks }]) => checks.counters)
  .map(([name]) => name)
  .filter((name) => !inseparable.includes(name))

const share = ({ bad, all }: Count) => bad / all

test.each(providers)(
  '%s: failures and slow requests of each version are its own',
  async (provider) => {
    const { route, traffic, clock, profiles, count } = await town(provider)
    profiles.set('podinfo:2', { errorRate: 0.1, medianMs: 700, p99Ms: 1_500 })
    profiles.set('podinfo:1', { errorRate: 0.02 })
    route({})
    route({ primary: 75, canary: 25 })
    traffic.setLoads([users])
    clock.step(90_000)
    const { 'request-success-rate': failed, 'request-duration': slow } = await count()
    if (!failed || !slow) throw new Error('nothing was counted')
    // Half a minute of 200 requests a second, each of them once.
    for (const { canary, primary } of [failed, slow]) {
      expect(canary.all + primary.all).toBeGreaterThan(5_900)
      expect(canary.all + primary.all).toBeLessThan(6_100)
      expect(canary.all / (canary.all + primary.all)).toBeCloseTo(0.25, 1)
    }
    expect(share(failed.canary)).toBeGreaterThan(0.07)
    expect(share(failed.canary)).toBeLessThan(0.13)
    expect(share(failed.primary)).toBeGreaterThan(0.01)
    expect(share(failed.primary)).toBeLessThan(0.03)
    expect(share(slow.canary)).toBeGreaterThan(0.6)
    expect(share(slow.primary)).toBeLessThan(0.05)
  },
)

test.each(inseparable)('%s has nothing to compare the versions by', (provider) => {
  const found = namedProviders.find(([name]) => name === provider)
  const { counters, durations } = found?.[1].checks ?? {}
  const isPlain = provider === 'kubernetes'
  expect([counters !== undefined, durations !== undefined]).toEqual([isPlain, isPlain])
})
