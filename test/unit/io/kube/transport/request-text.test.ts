import { expect, test } from 'vitest'
import { requestText } from '../../../../../src/io/kube/transport/request-text.ts'

const request = (more: Partial<Parameters<typeof requestText>[0]> = {}) =>
  requestText({ method: 'GET', path: '/api', headers: {}, ...more }, 'example:6443').toString()

test('a header of several values comes several times, a body with its length in bytes', () => {
  const text = request({ method: 'POST', headers: { a: ['1', '2'], b: '3' }, body: '"ö"' })
  expect(text).toBe(
    'POST /api HTTP/1.1\r\nhost: example:6443\r\nconnection: keep-alive\r\na: 1\r\na: 2\r\nb: 3\r\ncontent-length: 4\r\n\r\n"ö"',
  )
})

test.each([
  ['a value', { headers: { 'impersonate-user': 'jane\r\nx: y' } }, 'ERR_INVALID_CHAR'],
  ['a value of several', { headers: { a: ['b', 'c\nd'] } }, 'ERR_INVALID_CHAR'],
  ['a letter that no header has', { headers: { a: '\u0100' } }, 'ERR_INVALID_CHAR'],
  ['a name', { headers: { 'a: b\r\nc': 'd' } }, 'ERR_INVALID_HTTP_TOKEN'],
  ['a path', { path: '/api HTTP/1.1\r\nx: y' }, 'ERR_UNESCAPED_CHARACTERS'],
])('nothing that is given ends a line: %s', (_, more, code) => {
  expect(() => request(more)).toThrow(expect.objectContaining({ code }))
})
