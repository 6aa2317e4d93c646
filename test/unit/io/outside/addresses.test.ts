import { describe, expect, test } from 'vitest'
import { UsageError } from '../../../../src/errors.ts'
import { createAddressRules } from '../../../../src/io/outside/addresses.ts'

const rulesOf = (allowed: string[] = [], denied: string[] = []) =>
  createAddressRules({ allowed, denied })
const apiServers = new Set(['10.96.0.1'])

/** Whether this address of the host may be asked. */
function isOpen(
  address: string,
  of: { host?: string; allowed?: string[]; denied?: string[] } = {},
) {
  const { host = address, allowed, denied } = of
  return rulesOf(allowed, denied).judge(address, { host, apiServers }) === undefined
}

describe('without flags', () => {
  test.each([
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['::', 'unspecified'],
    ['169.254.169.254', 'link-local'],
    ['169.254.170.23', 'link-local'],
    ['fe80::1', 'link-local'],
    ['224.0.0.1', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['168.63.129.16', 'a cloud tells'],
    ['100.100.100.200', 'a cloud tells'],
    ['fd00:ec2::254', 'a cloud tells'],
    ['fd20:ce::254', 'a cloud tells'],
    ['fd00:c1::a9fe:a9fe', 'a cloud tells'],
    ['fd00:42::42', 'a cloud tells'],
    ['10.96.0.1', 'the API server'],
    // The same within addresses of IPv6.
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:a9fe:a9fe', 'link-local'],
    ['::ffff:10.96.0.1', 'the API server'],
    ['::169.254.169.254', 'link-local'],
    ['::ffff:0:169.254.169.254', 'link-local'],
    ['64:ff9b::169.254.169.254', 'link-local'],
    ['64:ff9b:1::127.0.0.1', 'loopback'],
    ['64:ff9b::10.96.0.1', 'the API server'],
    // With prefixes of 48, 56 and 64 bits, whose ninth byte is empty.
    ['64:ff9b:1:a9fe:a9:fe00::', 'link-local'],
    ['64:ff9b:1:a9:fe:a9fe::', 'link-local'],
    ['64:ff9b:1:0:7f:0:100:0', 'loopback'],
    ['2001:db8::5efe:169.254.169.254', 'link-local'],
    ['2001:db8::200:5efe:127.0.0.1', 'loopback'],
    ['2002:a9fe:a9fe::1', 'link-local'],
    ['2002:7f00:1::', 'loopback'],
    // Teredo has the bits of the address turned over.
    ['2001:0:4136:e378:8000:63bf:5601:5601', 'link-local'],
  ])('%s is refused: %s', (address, why) => {
    const said = rulesOf().judge(address, { host: 'x.test', apiServers })
    expect(said).toContain(why)
    expect(said).toContain(`-allowed-addresses=${address}`)
  })

  test.each([
    '10.0.0.7',
    '10.96.0.10',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '240.0.0.1',
    'fd12::1',
    '8.8.8.8',
    '2606:4700::1111',
    '64:ff9b::8.8.8.8',
    '64:ff9b:1::8.8.8.8',
  ])('%s is asked: pods, Services and the internet', (address) => {
    expect(isOpen(address)).toBe(true)
  })
})

describe('flags', () => {
  test.each<[string, string, string[]]>([
    ['127.0.0.1', '127.0.0.1', ['127.0.0.1']],
    ['127.0.0.9', 'x.test', ['127.0.0.0/8']],
    ['::ffff:127.0.0.9', 'x.test', ['127.0.0.0/8']],
    ['127.0.0.9', 'x.test', ['::ffff:127.0.0.0/104']],
    ['::1', 'localhost', ['localhost']],
    ['169.254.1.1', 'Node.Test.', ['node.test']],
    ['10.96.0.1', 'kubernetes.default', ['10.96.0.1']],
  ])('%s of %s is opened by -allowed-addresses=%s', (address, host, allowed) => {
    expect(isOpen(address, { host, allowed })).toBe(true)
  })

  test('a pattern opens no address that is refused anyway: anybody makes names below a domain', () => {
    for (const allowed of [['*'], ['*.svc'], ['x.*.svc']])
      expect(isOpen('169.254.169.254', { host: 'x.team.svc', allowed })).toBe(false)
  })

  test.each<[string, string, boolean]>([
    ['10.0.0.1', 'api.example.com', true],
    ['10.0.0.1', 'a.b.example.com', true],
    ['10.0.0.1', 'example.com', false],
    ['10.0.0.1', 'example.com.evil.test', false],
    ['10.0.0.1', 'evilexample.com', false],
    ['10.1.0.1', 'whatever.test', true],
    ['10.1.0.1', '10.1.0.1', true],
    ['10.2.0.1', '10.2.0.1', false],
  ])('where all else is denied, %s of %s is asked: %s', (address, host, open) => {
    const flags = { allowed: ['*.example.com', '10.1.0.0/16'], denied: ['*'] }
    expect(isOpen(address, { host, ...flags })).toBe(open)
  })

  test('networks and names may be denied, also within addresses of IPv6', () => {
    const denied = ['10.0.0.0/8', 'fd00::/8', '*.internal', '::ffff:192.168.0.0/112']
    for (const address of ['10.1.1.1', '::ffff:10.1.1.1', '64:ff9b::10.1.1.1', 'fd00::1'])
      expect(isOpen(address, { denied }), address).toBe(false)
    expect(isOpen('192.168.3.4', { denied })).toBe(false)
    expect(isOpen('8.8.8.8', { host: 'x.internal', denied })).toBe(false)
    expect(isOpen('8.8.8.8', { host: 'x.external', denied })).toBe(true)
  })

  test('names that a proxy looks up are judged by themselves', () => {
    const { judgeName } = rulesOf(['*.example.com'], ['*'])
    expect(judgeName('api.example.com')).toBeUndefined()
    expect(judgeName('api.example.org')).toContain('-denied-addresses')
    expect(rulesOf().judgeName('anything.test')).toBeUndefined()
  })

  test.each(['localhost', 'LOCALHOST.', 'x.localhost'])(
    'a proxy is not sent to itself by the name %s, unless a flag says so',
    (name) => {
      expect(rulesOf().judgeName(name)).toContain('the machine of the proxy itself')
      expect(rulesOf(['*']).judgeName(name)).toBeDefined()
      expect(rulesOf([name.toLowerCase().replace(/\.$/, '')]).judgeName(name)).toBeUndefined()
    },
  )

  test.each(['http://x', '10.0.0.0/40', 'a b', 'x:80', '10.0.0.0/8;10.1.0.0/16', '..'])(
    '%j is no entry',
    (entry) => {
      expect(() => rulesOf([entry])).toThrow(UsageError)
      expect(() => rulesOf([], [entry])).toThrow('flag -denied-addresses takes networks')
    },
  )

  test('a pattern of many stars costs no more than the name is long', () => {
    const denied = [`${'*a'.repeat(5_000)}*b`]
    expect(isOpen('8.8.8.8', { host: 'a'.repeat(50_000), denied })).toBe(true)
  })
})
