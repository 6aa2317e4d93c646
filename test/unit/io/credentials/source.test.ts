import { expect, test } from 'vitest'
import { createCredentials } from '../../../../src/io/credentials/source.ts'
import { surroundings } from './builders.ts'

const url = 'http://127.0.0.1/keys'
const wanted = { cloud: 'aws', secret: {}, region: 'eu-west-1' } as const
const minutes = 60_000

/** Keys that end half an hour after they were given; each is another. */
function given() {
  let count = 0
  let isAway = false
  const around = surroundings({
    env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: url },
    servers: {
      [url]: () => {
        if (isAway) return new Error('unreachable')
        count += 1
        const Expiration = new Date(around.clock.now().getTime() + 30 * minutes).toISOString()
        return {
          body: { AccessKeyId: `id-${count}`, SecretAccessKey: 'key', Token: 't', Expiration },
        }
      },
    },
  })
  const source = createCredentials(around)
  return {
    ...around,
    source,
    id: async () => {
      const found = await source(wanted)
      return found.cloud === 'aws' ? found.accessKeyId : undefined
    },
    setAway: (away: boolean) => {
      isAway = away
    },
  }
}

test('credentials are fetched once for all who ask at the same time', async () => {
  const { source, asked } = given()
  const all = await Promise.all([source(wanted), source(wanted), source(wanted)])
  expect(asked).toHaveLength(1)
  expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(1)
})

test('credentials serve until five minutes before their end, and then others do', async () => {
  const { id, clock } = given()
  expect(await id()).toBe('id-1')
  clock.step(24 * minutes)
  expect(await id()).toBe('id-1')
  clock.step(1 * minutes)
  expect(await id()).toBe('id-2')
  clock.step(1 * minutes)
  expect(await id()).toBe('id-2')
})

test('credentials come with the time at which they were given out', async () => {
  const { source, clock } = given()
  clock.step(7 * minutes)
  expect((await source(wanted)).at).toEqual(clock.now())
})

test('credentials that are still good serve while those who renew them are away', async () => {
  const { id, clock, setAway } = given()
  await id()
  setAway(true)
  clock.step(28 * minutes)
  expect(await id()).toBe('id-1')
  clock.step(3 * minutes)
  await expect(id()).rejects.toThrow('unreachable')
  setAway(false)
  expect(await id()).toBe('id-2')
})

test('another Secret or region has other credentials', async () => {
  const { source, asked } = given()
  await source(wanted)
  await source({ ...wanted, region: 'us-east-1' })
  await source({ ...wanted, secret: { a: 'b' } })
  expect(asked).toHaveLength(3)
})

test('who gives up does not wait, and takes nothing from those who do', async () => {
  const { source } = given()
  const giveUp = new AbortController()
  const left = source(wanted, giveUp.signal)
  const stays = source(wanted)
  giveUp.abort()
  await expect(left).rejects.toThrow('given up')
  expect(await stays).toMatchObject({ accessKeyId: 'id-1' })
})

test('what was refused is fetched anew, though it would last, and once for all who say so', async () => {
  const { id, source, asked } = given()
  await id()
  const refused = { ...wanted, refused: 'id-1' }
  const [one, two] = await Promise.all([source(refused), source(refused)])
  expect(one).toMatchObject({ accessKeyId: 'id-2' })
  expect(two).toEqual(one)
  expect(await id()).toBe('id-2')
  // Who was refused with the old ones is given those that came since.
  expect(await source(refused)).toMatchObject({ accessKeyId: 'id-2' })
  expect(asked).toHaveLength(2)
})
