import { expect, test } from 'vitest'
import { proxyFromEnvironment } from '../../../src/io/proxy.ts'

const env = {
  HTTP_PROXY: 'http://plain:3128',
  https_proxy: 'secure:3129',
  NO_PROXY: 'example.com, .internal,10.0.0.0/8,192.168.1.5,only.port:8080,2001:db8::/32',
}

test.each([
  ['http://other.org/', 'http://plain:3128'],
  ['https://other.org/', 'http://secure:3129'],
  ['http://example.com/', undefined],
  ['http://sub.example.com/', undefined],
  ['http://notexample.com/', 'http://plain:3128'],
  ['http://a.internal/', undefined],
  ['http://internal/', 'http://plain:3128'],
  ['http://10.1.2.3/', undefined],
  ['http://11.1.2.3/', 'http://plain:3128'],
  ['http://192.168.1.5/', undefined],
  ['http://[2001:db8::1]/', undefined],
  ['http://only.port:8080/', undefined],
  ['http://only.port/', 'http://plain:3128'],
  ['http://localhost:8080/', undefined],
  ['http://127.0.0.1:8080/', undefined],
  ['http://[::1]/', undefined],
])('%s goes through %s', (url, proxy) => {
  expect(proxyFromEnvironment(env)(new URL(url))).toBe(proxy)
})

test('a star exempts everything, and an empty environment names no proxy', () => {
  expect(proxyFromEnvironment({ ...env, NO_PROXY: '*' })(new URL('http://a/'))).toBeUndefined()
  expect(proxyFromEnvironment({})(new URL('http://a/'))).toBeUndefined()
})
