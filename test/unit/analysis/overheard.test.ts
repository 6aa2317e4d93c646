import { expect, test } from 'vitest'
import { notReady } from '../../../src/analysis/effects/act.ts'
import type { Webhook } from '../../../src/canary/api.gen.ts'
import { observation } from '../../support/observation.ts'

const coming = { state: 'waiting', why: 'waiting for rollout to finish', routine: true } as const
const hook: Webhook = { name: 'events', type: 'event', url: 'http://listener/' }

test('pods that are on their way are worth no event of their own', () => {
  expect(notReady(observation(), coming)).toHaveProperty('routine', true)
})

test.each([
  ['its own hook', observation({ canary: { analysis: { webhooks: [hook] } } })],
  ['the hook of -event-webhook', { ...observation(), hasEventHook: true }],
])('who listens by %s hears of them at once, as from Flagger', (_, seen) => {
  expect(notReady(seen, coming)).not.toHaveProperty('routine')
})
