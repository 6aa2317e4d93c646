import { expect, test } from 'vitest'
import { answererOf } from '../../../../controller/asking/answerer.ts'
import type { Deps } from '../../../../controller/process/deps.ts'
import { ProviderError, StandbyError } from '../../../../src/errors.ts'
import { madeUpCredentials } from '../../../support/conversations.ts'
import { fakeClock } from '../../io/fake-clock.ts'

function given({ dryRun = false, raw = async (...of: unknown[]): Promise<unknown> => of } = {}) {
  const end = new AbortController()
  const clock = fakeClock()
  const deps = {
    settings: { dryRun },
    clock,
    signal: end.signal,
    http: async ({ url }: { url: string }) => {
      if (url.includes('away')) throw new ProviderError('GET http://away: no such host')
      if (url.includes('standby')) throw new StandbyError()
      return { status: 200, headers: {}, body: url }
    },
    credentials: async () => madeUpCredentials.aws,
    kube: { raw },
  } as unknown as Deps
  return { answer: answererOf(deps), end, clock }
}

const to = (url: string) => ({ http: { url, timeoutMs: 1000 } })

test('servers, the API server and who gives out credentials are asked', async () => {
  const { answer } = given()
  expect(await answer(to('http://a/'))).toEqual({
    http: { status: 200, headers: {}, body: 'http://a/' },
  })
  expect(await answer({ kube: { method: 'POST', path: '/x', body: { a: 1 } } })).toEqual({
    kube: ['POST', '/x', { a: 1 }, expect.any(AbortSignal)],
  })
  expect(await answer({ credentials: { cloud: 'aws', secret: {} } })).toEqual({
    credentials: madeUpCredentials.aws,
  })
})

test('who gives no answer is an error of the check', async () => {
  const raw = () => Promise.reject(new Error('keptnmetrics "a" not found'))
  const { answer } = given({ raw })
  expect(await answer(to('http://away/'))).toEqual({ error: 'GET http://away: no such host' })
  expect(await answer({ kube: { path: '/x' } })).toEqual({ error: 'keptnmetrics "a" not found' })
})

test('an API server that is silent for five seconds is an error of the check', async () => {
  const raw = (_method: unknown, _path: unknown, _body: unknown, signal: unknown) =>
    new Promise((_, reject) => {
      const { signal: given } = { signal: signal as AbortSignal }
      given.addEventListener('abort', () => reject(new Error('aborted')))
    })
  const { answer, clock } = given({ raw })
  const asking = answer({ kube: { path: '/x' } })
  await clock.whenWaiting()
  clock.step(5000)
  expect(await asking).toEqual({ error: 'no answer within 5 s' })
})

test('one look asks the API server one thing after the other, and goes on after what failed', async () => {
  const asked: unknown[] = []
  const open: { resolve: (value: unknown) => void; reject: (cause: Error) => void }[] = []
  const raw = (_method: unknown, path: unknown) => {
    asked.push(path)
    return new Promise((resolve, reject) => open.push({ resolve, reject }))
  }
  const { answer } = given({ raw })
  const turn = () => new Promise(setImmediate)
  const answers = ['/a', '/b', '/c'].map((path) => answer({ kube: { path } }))
  await turn()
  expect(asked).toEqual(['/a'])
  open[0]?.reject(new Error('gone'))
  await turn()
  expect(asked).toEqual(['/a', '/b'])
  open[1]?.resolve('b')
  await turn()
  open[2]?.resolve('c')
  expect(await Promise.all(answers)).toEqual([{ error: 'gone' }, { kube: 'b' }, { kube: 'c' }])
})

test('a dry run reads from the cluster, and changes nothing in it', async () => {
  const { answer } = given({ dryRun: true })
  expect(await answer({ kube: { path: '/x' } })).toHaveProperty('kube')
  expect(await answer({ kube: { method: 'POST', path: '/x' } })).toEqual({
    error: 'a dry run changes nothing',
  })
})

test('a pause is waited for, unless the look is given up', async () => {
  const { answer, clock, end } = given()
  const waiting = answer({ pauseMs: 1000 })
  clock.step(1000)
  expect(await waiting).toEqual({})

  const left = answer({ pauseMs: 1000 })
  end.abort()
  await expect(left).rejects.toThrow()
})

test('a replica that may lead no longer ends the look, and no check fails by it', async () => {
  await expect(given().answer(to('http://standby/'))).rejects.toBeInstanceOf(StandbyError)
})
