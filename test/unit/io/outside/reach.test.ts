/** What may be asked, over real sockets: 127.0.0.1 stands for the servers that may, 127.0.0.2 for all others. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { ProviderError } from '../../../../src/errors.ts'
import { createHttp } from '../../../../src/io/http-client.ts'
import { createAddressRules } from '../../../../src/io/outside/addresses.ts'
import { createReach, type ReachOptions } from '../../../../src/io/outside/reach.ts'

type Names = Record<string, string[]>

/** A client that may ask 127.0.0.1 only, where names are looked up in this list, in turn. */
function client(names: Names = {}, more: Partial<ReachOptions> & { proxy?: string } = {}) {
  const { proxy, ...rest } = more
  const lookups: string[] = []
  const resolver = {
    resolve: async (name: string) => {
      lookups.push(name)
      const all = names[name] ?? []
      const address = all.length > 1 ? all.shift() : all[0]
      if (address === undefined) throw new ProviderError('no such host')
      return address.split('+')
    },
  }
  const rules = createAddressRules({ allowed: ['127.0.0.1'], denied: ['*.denied.test'] })
  const http = createHttp({
    reach: createReach({ rules, resolver, ...rest }),
    ...(proxy !== undefined && { proxyFor: () => proxy }),
  })
  onTestFinished(() => http.close())
  return { http, lookups }
}

/** A server at an address of this machine; it counts who comes. */
async function server(host: string, location?: (port: number) => string) {
  const asked: string[] = []
  const listening = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const to = location?.((listening.address() as AddressInfo).port)
    if (to === undefined) response.end('planted secret')
    else response.writeHead(307, { location: to }).end()
  })
  listening.on('connection', () => asked.push('connected'))
  await once(listening.listen(0, host), 'listening')
  onTestFinished(() => {
    listening.closeAllConnections()
    listening.close()
  })
  return { asked, port: (listening.address() as AddressInfo).port }
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ProviderError)) throw new Error(`expected a ProviderError, not ${error}`)
  expect(error.isFinal).toBe(true)
  expect(error.isOurs).toBe(false)
  return error.message
}

test.each([
  '127.0.0.2',
  '127.2',
  '2130706434',
  '0x7f000002',
  '0177.0.0.2',
  '127.0.0.2.',
  '①②⑦.⓪.⓪.②',
  '[::ffff:127.0.0.2]',
  '[::ffff:7f00:2]',
  '[::127.0.0.2]',
  '[64:ff9b::7f00:2]',
  'inside.test',
  'INSIDE.test.',
  'both.test',
])('a refused address is refused in every form: %s', async (host) => {
  const secret = await server('127.0.0.2')
  const names = { 'inside.test': ['127.0.0.2'], 'inside.test.': ['127.0.0.2'] }
  const { http } = client({ ...names, 'both.test': ['127.0.0.2+169.254.169.254'] })
  const why = await refusal(http({ url: `http://${host}:${secret.port}/latest`, timeoutMs: 0 }))
  expect(why).toContain('is not asked: ')
  expect(secret.asked).toEqual([])
})

test.each(['127.0.0.2', '[::ffff:127.0.0.2]', '2130706434', 'inside.test'])(
  'a redirect leads nowhere that is refused: %s',
  async (host) => {
    const secret = await server('127.0.0.2')
    const open = await server('127.0.0.1', () => `http://${host}:${secret.port}/latest`)
    const { http } = client({ 'inside.test': ['127.0.0.2'] })
    const url = `http://127.0.0.1:${open.port}/hook`
    expect(await refusal(http({ url, timeoutMs: 0 }))).toContain('is not asked: ')
    expect(secret.asked).toEqual([])
  },
)

test('a name that changes its address between judgement and connection leads nowhere', async () => {
  const secret = await server('127.0.0.2')
  const { http, lookups } = client({ 'rebinding.test': ['127.0.0.1', '127.0.0.2'] })
  const url = `http://rebinding.test:${secret.port}/latest`
  expect(await refusal(http({ url, timeoutMs: 0 }))).toContain('127.0.0.2 is the machine')
  expect(lookups).toHaveLength(2)
  expect(secret.asked).toEqual([])
})

test('of the addresses of a name only those are asked that may be', async () => {
  const open = await server('127.0.0.1')
  const { http } = client({ 'both.test': ['127.0.0.2+127.0.0.1'] })
  const answer = await http({ url: `http://both.test:${open.port}/`, timeoutMs: 0 })
  expect(answer.status).toBe(200)
})

test('a name that is denied is refused whatever its address', async () => {
  const { http } = client({ 'x.denied.test': ['10.1.2.3'] })
  expect(await refusal(http({ url: 'http://x.denied.test/', timeoutMs: 0 }))).toContain(
    '-denied-addresses',
  )
})

test('the API server is refused by its addresses, also where they are known by name only', async () => {
  const names = { 'api.test': ['10.9.9.9'], 'elsewhere.test': ['10.9.9.9'] }
  const { http } = client(names, { apiServers: ['api.test'] })
  for (const url of ['http://10.9.9.9/', 'https://elsewhere.test/'])
    expect(await refusal(http({ url, timeoutMs: 0 }))).toContain('10.9.9.9 is the API server')
})

test('what the flags of the controller name is asked, at that port and no other', async () => {
  const own = await server('127.0.0.2')
  const other = await server('127.0.0.2')
  const trusted = new Set([`prometheus.test:${own.port}`])
  const { http } = client({ 'prometheus.test': ['127.0.0.2'] }, { trusted })
  const at = (port: number) => ({ url: `http://prometheus.test:${port}/`, timeoutMs: 0 })
  expect((await http(at(own.port))).status).toBe(200)
  expect(await refusal(http(at(other.port)))).toContain('is not asked')
  expect(other.asked).toEqual([])
})

test.each(['http', 'socks5'])('the %s proxy of an AlertProvider is judged', async (scheme) => {
  const secret = await server('127.0.0.2')
  const { http } = client()
  const proxy = `${scheme}://127.0.0.2:${secret.port}`
  for (const url of ['http://10.1.1.1/', 'https://10.1.1.1/'])
    expect(await refusal(http({ url, proxy, timeoutMs: 0 }))).toContain('is not asked')
  expect(secret.asked).toEqual([])
})

test('by the proxy of the environment, refused addresses and names are not asked either', async () => {
  const proxy = await server('127.0.0.2')
  const { http, lookups } = client({}, { proxy: `http://127.0.0.2:${proxy.port}` })
  for (const host of ['169.254.169.254', '[::ffff:a9fe:a9fe]', 'x.denied.test'])
    expect(await refusal(http({ url: `http://${host}/`, timeoutMs: 0 }))).toContain('is not asked')
  expect(proxy.asked).toEqual([])
  // The proxy looks names up.
  expect((await http({ url: 'http://chat.test/', timeoutMs: 0 })).status).toBe(200)
  expect(lookups).toEqual([])
})

test('a metric server that leads to another host is not followed, and gets nothing read', async () => {
  const open = await server('127.0.0.1')
  const first = await server('127.0.0.1', () => `http://127.0.0.1:${open.port}/secret`)
  const { http } = client()
  const url = `http://127.0.0.1:${first.port}/`
  expect(await refusal(http({ url, redirects: 'home', timeoutMs: 0 }))).toBe(
    `GET http://127.0.0.1:${first.port}: it redirects to 127.0.0.1:${open.port}, which is not followed; set the address to that one`,
  )
  expect(open.asked).toEqual([])
})

test('an answer from another host is marked as one', async () => {
  const open = await server('127.0.0.1')
  const first = await server('127.0.0.1', () => `http://127.0.0.1:${open.port}/`)
  const { http } = client()
  const at = (port: number) => ({ url: `http://127.0.0.1:${port}/`, timeoutMs: 0 })
  expect(await http(at(first.port))).toMatchObject({ isElsewhere: true })
  expect(await http(at(open.port))).not.toHaveProperty('isElsewhere')
})

test('this machine has the second address at all', async () => {
  const { port } = await server('127.0.0.2')
  await once(connect(port, '127.0.0.2'), 'connect')
})
