import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ProviderError } from '../../../../src/errors.ts'
import { systemClock } from '../../../../src/io/clock.ts'
import { askDns } from '../../../../src/io/outside/dns.ts'
import { fullNames, readNameRules } from '../../../../src/io/outside/name-rules.ts'
import { type Ask, createResolver } from '../../../../src/io/outside/resolver.ts'
import { fakeClock } from '../fake-clock.ts'

const pod = readNameRules(
  '127.0.0.1 localhost # this one\n10.1.1.1\tAlias.Test alias\n::5 alias\nnonsense x',
  'search flagger.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5 timeout:2',
)
const { signal } = new AbortController()

function resolver(ask: Ask, clock = fakeClock()) {
  const { resolve } = createResolver({ ask, rules: () => pod, clock })
  return {
    clock,
    resolve: (name: string, tenant = 'a', until = signal) =>
      resolve(name, { tenant, signal: until }),
  }
}

/** Knows these names, by IPv4. */
function knowing(addresses: Record<string, string>, ttl = 10) {
  const asked: string[] = []
  const ask: Ask = async (name, type) => {
    asked.push(`${name} ${type}`)
    const address = addresses[name]
    return address !== undefined && type === 'A' ? [{ address, ttl }] : []
  }
  return { ask, asked }
}

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as ProviderError,
  )

describe('names', () => {
  test('of a pod are completed as Kubernetes writes it down', () => {
    expect(fullNames('prometheus.monitoring', pod)).toEqual([
      'prometheus.monitoring.flagger.svc.cluster.local',
      'prometheus.monitoring.svc.cluster.local',
      'prometheus.monitoring.cluster.local',
      'prometheus.monitoring',
    ])
    expect(fullNames('a.b.c.d.e.test', pod)[0]).toBe('a.b.c.d.e.test')
    expect(fullNames('api.example.com.', pod)).toEqual(['api.example.com'])
    expect(fullNames('plain', readNameRules('', ''))).toEqual(['plain'])
  })

  test('are tried in order, until one is known', async () => {
    const { ask, asked } = knowing({ 'prometheus.monitoring.svc.cluster.local': '10.2.2.2' })
    expect(await resolver(ask).resolve('Prometheus.monitoring')).toEqual(['10.2.2.2'])
    expect(asked.filter((one) => one.endsWith(' A'))).toHaveLength(2)
  })

  test('of the hosts file, and the machine itself, need no question', async () => {
    const { ask, asked } = knowing({})
    const { resolve } = resolver(ask)
    expect(await resolve('alias')).toEqual(['10.1.1.1', '::5'])
    expect(await resolve('alias.test')).toEqual(['10.1.1.1'])
    for (const name of ['localhost', 'localhost.', 'x.LOCALHOST'])
      expect(await resolve(name)).toEqual(['127.0.0.1', '::1'])
    expect(asked).toEqual([])
  })

  test('that do not exist are no fault of ours', async () => {
    const error = await failureOf(resolver(knowing({}).ask).resolve('gone.test'))
    expect(error).toMatchObject({ message: 'no such host', isOurs: false })
  })

  test('are kept for as long as the server says, from five seconds to thirty', async () => {
    for (const [ttl, keptMs] of [
      [0, 5_000],
      [10, 10_000],
      [86_400, 30_000],
    ] as const) {
      const { ask, asked } = knowing({ 'a.b.c.d.e.f': '10.2.2.2' }, ttl)
      const { resolve, clock } = resolver(ask)
      await resolve('a.b.c.d.e.f')
      clock.step(keptMs - 1)
      await resolve('a.b.c.d.e.f', 'another')
      expect(asked).toHaveLength(2)
      clock.step(1)
      await resolve('a.b.c.d.e.f')
      expect(asked).toHaveLength(4)
    }
  })

  test('one kind of address is enough where the question for the other fails', async () => {
    const { resolve } = resolver(async (_, type) => {
      if (type === 'AAAA') throw new Error('no DNS server answers')
      return [{ address: '10.2.2.2', ttl: 5 }]
    })
    expect(await resolve('half.test')).toEqual(['10.2.2.2'])
  })
})

describe('a DNS server that is silent', () => {
  /** Answers only for names of this domain, ever. */
  const silentBut = (domain: string): Ask => {
    const never = new Promise<never>(() => {})
    return (name, type, { aborted }) => {
      if (name.includes(domain) && type === 'A' && !aborted)
        return Promise.resolve([{ address: '10.2.2.2', ttl: 5 }])
      return name.includes(domain) ? Promise.resolve([]) : never
    }
  }

  test('for sixty names of one namespace holds up no name of another', async () => {
    const { resolve } = resolver(silentBut('victim.test'))
    for (let name = 0; name < 60; name++) void failureOf(resolve(`silent-${name}.test`, 'hostile'))
    expect(await resolve('prometheus.victim.test', 'victim')).toEqual(['10.2.2.2'])
  })

  test('is our trouble, not that of the host: also for who only waits behind it', async () => {
    const { resolve } = resolver(silentBut('victim.test'))
    const gone = new AbortController()
    const waiting = Array.from({ length: 20 }, (_, name) =>
      failureOf(resolve(`silent-${name}.test`, 'hostile', gone.signal)),
    )
    await new Promise((resolve) => setImmediate(resolve))
    gone.abort()
    // Those that were asked go on until their server is given up; the rest is told at once.
    expect(await waiting.at(-1)).toMatchObject({
      isOurs: true,
      message: expect.stringContaining('too many names'),
    })
  })

  test('is given up, over a real socket', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1')
    await once(silent, 'listening')
    onTestFinished(() => void silent.close())
    const ask = askDns({ servers: [`127.0.0.1:${silent.address().port}`], timeoutMs: 50 })
    const { resolve } = createResolver({ ask, rules: () => pod, clock: systemClock })
    const gone = new AbortController()
    expect(await failureOf(resolve('x.test', { tenant: 'a', signal }))).toMatchObject({
      isOurs: true,
      message: 'the name of the host could not be looked up: no DNS server answers',
    })
    const given = failureOf(resolve('y.test', { tenant: 'a', signal: gone.signal }))
    gone.abort()
    expect(await given).toMatchObject({ isOurs: true })
  })

  test('is told from one that says that there is no such name', async () => {
    const server = createSocket('udp4')
    server.on('message', (question, { port, address }) => {
      const answer = Buffer.from(question)
      // A response, and NXDOMAIN.
      answer.writeUInt16BE(0x8183, 2)
      server.send(answer, port, address)
    })
    await once(server.bind(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
    const ask = askDns({ servers: [`127.0.0.1:${server.address().port}`] })
    const { resolve } = createResolver({ ask, rules: () => pod, clock: systemClock })
    expect(await failureOf(resolve('x.test', { tenant: 'a', signal }))).toMatchObject({
      isOurs: false,
      message: 'no such host',
    })
  })
})
