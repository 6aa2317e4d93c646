import { expect, test } from 'vitest'
import { createDispatchers } from '../../../../src/io/outside/dispatchers.ts'
import { secureContext } from '../../../../src/io/trust.ts'

const traits = {
  ...{ protocol: 'https:', insecure: false, tls: undefined },
  ...{ isRepeatable: false, isTrusted: false, proxy: undefined },
}

test('500 alerts with a proxy each keep no more pools than there may be, and one TLS context', async () => {
  const dispatchers = createDispatchers(() => undefined)
  const pools = Array.from({ length: 500 }, (_, at) =>
    dispatchers.of({ ...traits, proxy: `https://proxy-${at}.test:3128` }),
  )
  const open = pools.filter((pool) => !('closed' in pool && pool.closed))
  expect(new Set(pools).size).toBe(500)
  expect(open).toEqual(pools.slice(-32))
  expect(secureContext({ insecure: false })).toBe(secureContext({}))
  await dispatchers.destroy()
})

test('what differs in nothing that matters shares a pool, and a proxy that is used stays', async () => {
  const dispatchers = createDispatchers(() => undefined)
  const used = { ...traits, proxy: 'http://used.test' }
  const pool = dispatchers.of(used)
  for (let at = 0; at < 100; at++) {
    dispatchers.of({ ...traits, proxy: `http://proxy-${at}.test` })
    expect(dispatchers.of({ ...used })).toBe(pool)
  }
  await dispatchers.destroy()
})
