import { expect, test } from 'vitest'
import { runCheck } from '../../../../controller/asking/check.ts'
import type { Deps } from '../../../../controller/process/deps.ts'
import { createShares } from '../../../../controller/queue/shares.ts'
import type { Scene } from '../../../../controller/tick/scene.ts'
import type { Http } from '../../../../src/io/http.ts'
import { parsedCanary } from '../../../support/parsed-canary.ts'
import { fakeClock } from '../../io/fake-clock.ts'
import { vector } from '../../metrics/builders.ts'

/** As `-max-requests` has it. */
const most = 1024

test('200 checks of 20 canaries are all asked before the first answer comes, and without waiting', async () => {
  const metrics = Array.from({ length: 10 }, (_, index) => ({
    name: `metric-${index}`,
    query: `query_${index}`,
    thresholdRange: { max: 10 },
  }))
  const open: (() => void)[] = []
  const server: Http = () =>
    new Promise((resolve) => open.push(() => resolve(vector(`${open.length % 10}`))))
  const http = createShares({ most, longestMs: 60_000 }).of('test', server)
  const clock = fakeClock()
  const deps = {
    http,
    clock,
    signal: new AbortController().signal,
    settings: { defaults: { meshProvider: 'istio' }, sharing: { isRequired: false, home: '' } },
    metrics: { analysis: () => undefined },
  } as unknown as Deps
  const canary = parsedCanary({ metrics }, 'http://prometheus:9090')
  const scene = {
    seen: { canary, now: clock.now() },
    snapshot: { find: () => undefined },
  } as unknown as Scene

  const verdicts = Array.from({ length: 20 }, () => runCheck({ kind: 'metrics' }, scene, deps))
  await new Promise(setImmediate)

  expect(open).toHaveLength(200)
  expect(clock.nextMs()).toBeUndefined()
  for (const answer of open) answer()
  for (const verdict of await Promise.all(verdicts)) {
    expect(verdict.outcome).toBe('passed')
    expect(verdict.results).toHaveLength(10)
  }
})
