/** Keys of clouds may be taken back before their end: who is refused takes fresh ones, once. */
import { expect, test } from 'vitest'
import { hear } from '../../../src/metrics/conversation.ts'
import { metricProviders } from '../../../src/metrics/index.ts'
import type { MetricSource } from '../../../src/metrics/provider.ts'
import { madeUpCredentials } from '../../support/conversations.ts'
import { answered, asked } from './builders.ts'

const amp = { address: 'https://aps.example.com', auth: 'sigv4', region: 'eu-west-1' } as const
const google = { address: 'https://monitoring.googleapis.com', auth: 'google' } as const
const prometheus = { data: { result: [{ value: [1, '7'] }] } }
const expired = { __type: 'ExpiredTokenException' }

type Case = [
  type: string,
  source: Partial<MetricSource>,
  query: string,
  refusal: { status: number; body: object },
  answer: object,
]

const cases: Case[] = [
  ['prometheus', amp, 'up', { status: 403, body: {} }, prometheus],
  ['prometheus', google, 'up', { status: 401, body: {} }, prometheus],
  [
    'cloudwatch',
    { region: 'eu-west-1' },
    '[{"Id":"a"}]',
    { status: 400, body: expired },
    { MetricDataResults: [{ Values: [7] }] },
  ],
  [
    'stackdriver',
    {},
    'fetch a',
    { status: 401, body: {} },
    { timeSeriesData: [{ pointData: [{ values: [{ doubleValue: 7 }] }] }] },
  ],
]

/** What is asked of whom, where the first credentials are refused, and these come after them. */
async function heardBy(at: Case, next: 'same' | 'fresh') {
  const [type, source, query, refusal, answer] = at
  const asks: string[] = []
  const heard = await hear(
    { talk: metricProviders[type]?.query(asked(query, source)) ?? never(), secret: {} },
    async (ask) => {
      if ('credentials' in ask) {
        const { cloud, refused } = ask.credentials
        asks.push(refused ? `instead of ${refused}` : 'credentials')
        const old = madeUpCredentials[cloud]
        if (!refused || next === 'same') return { credentials: old }
        return {
          credentials:
            old.cloud === 'aws' ? { ...old, accessKeyId: 'fresh' } : { ...old, token: 'fresh' },
        }
      }
      if (!('http' in ask)) throw new Error('nobody else is asked')
      const isFresh = JSON.stringify(ask.http.headers).includes('fresh')
      asks.push(isFresh ? 'with fresh' : 'request')
      return isFresh ? answered(answer) : answered(refusal.body, refusal.status)
    },
  )
  return { heard, asks }
}

function never(): never {
  throw new Error('there is no such provider')
}

test.each(cases)('%s %j is asked once more with fresh credentials', async (...at) => {
  const { heard, asks } = await heardBy(at, 'fresh')
  expect(heard).toEqual({ value: { value: 7 } })
  expect(asks).toEqual([
    'credentials',
    'request',
    expect.stringMatching(/^instead of (AKIDEXAMPLE|google-token-1)$/),
    'with fresh',
  ])
})

test.each(cases)('%s %j is not asked again where there are no others', async (...at) => {
  const { heard, asks } = await heardBy(at, 'same')
  expect(heard).toMatchObject({ begun: true })
  expect(asks.slice(0, 2)).toEqual(['credentials', 'request'])
  expect(asks).toHaveLength(3)
})
