import { expect, test } from 'vitest'
import {
  createAnswerReader,
  type ReadAnswer,
} from '../../../../../src/io/kube/transport/answer-reader.ts'

/** What is read of these bytes where they come in pieces of `size`. */
function read(text: string, size = text.length, hasBody = true): ReadAnswer | undefined {
  const reader = createAnswerReader(hasBody)
  const bytes = Buffer.from(text, 'latin1')
  let answer: ReadAnswer | undefined
  for (let at = 0; at < bytes.length; at += size)
    answer = reader.take(bytes.subarray(at, at + size)) ?? answer
  return answer
}

const ok = 'HTTP/1.1 200 OK\r\n'
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`

test.each([
  ['a length', `${ok}Content-Length: 5\r\n\r\nhello`],
  ['chunks', `${chunked}3\r\nhel\r\n2;name=value\r\nlo\r\n0\r\n\r\n`],
  ['trailers behind the chunks', `${chunked}5\r\nhello\r\n0\r\nDigest: x\r\n\r\n`],
  [
    'an answer that only announces another',
    `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${ok}Content-Length: 5\r\n\r\nhello`,
  ],
])('reads a body by %s, wherever it is cut', (_, text) => {
  for (let size = 1; size <= text.length; size++) {
    const answer = read(text, size)
    expect(answer).toMatchObject({ statusCode: 200, isReusable: true })
    expect(answer?.body.toString()).toBe('hello')
  }
})

test('gives nothing while anything is missing', () => {
  const text = `${chunked}5\r\nhello\r\n0\r\n\r\n`
  for (let end = 1; end < text.length; end++) expect(read(text.slice(0, end))).toBeUndefined()
})

test('knows headers by their names in lower case, and joins those of one name', () => {
  const answer = read(`${ok}DATE: today \r\nVia: a\r\nvia:\tb\r\nContent-Length: 0\r\n\r\n`)
  expect(answer?.headers).toEqual({ date: 'today', via: 'a, b', 'content-length': '0' })
  expect(read(`${ok}__proto__: x\r\nContent-Length: 0\r\n\r\n`)?.headers).toHaveProperty(
    ['__proto__'],
    'x',
  )
})

test('an answer of no length ends with the connection, which then takes no other', () => {
  const reader = createAnswerReader()
  expect(reader.take(Buffer.from(`${ok}\r\nhel`))).toBeUndefined()
  expect(reader.take(Buffer.from('lo'))).toBeUndefined()
  const answer = reader.end()
  expect(answer?.body.toString()).toBe('hello')
  expect(answer?.isReusable).toBe(false)
})

test.each([
  ['before its head', ''],
  ['in its head', ok],
  ['in its body', `${ok}Content-Length: 5\r\n\r\nhel`],
  ['between its chunks', `${chunked}5\r\nhello\r\n`],
])('a connection that ends %s gives no answer', (_, text) => {
  const reader = createAnswerReader()
  reader.take(Buffer.from(text))
  expect(reader.end()).toBeUndefined()
})

test.each([
  ['204 and 304 have no body', 'HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n', true],
  ['an answer to HEAD has none', `${ok}Content-Length: 9\r\n\r\n`, false],
])('%s, whatever length they tell', (_, text, hasBody) => {
  expect(read(text, text.length, hasBody)?.body).toHaveLength(0)
})

test.each([
  ['a server that closes', `${ok}Connection: close\r\nContent-Length: 0\r\n\r\n`],
  ['one of several words', `${ok}Connection: x, Close\r\nContent-Length: 0\r\n\r\n`],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['more than was asked for', `${ok}Content-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n`],
])('%s is sent no other request', (_, text) => {
  expect(read(text)?.isReusable).toBe(false)
})

test.each([
  ['another protocol', 'SSH-2.0-OpenSSH_9.9\r\n\r\n', 'first line'],
  ['another version', 'HTTP/2 200\r\n\r\n', 'first line'],
  ['a switch of protocols', 'HTTP/1.1 101 Switching\r\n\r\n', 'switches'],
  ['a header that goes on in the next line', `${ok}A: b\r\n c: d\r\n\r\n`, 'malformed header'],
  ['a blank before the colon', `${ok}Content-Length : 5\r\n\r\n`, 'malformed header'],
  ['the end of a line within a header', `${ok}A: b\nContent-Length: 5\r\n\r\n`, 'malformed header'],
  ['two lengths', `${ok}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`, 'no number'],
  ['a negative length', `${ok}Content-Length: -1\r\n\r\n`, 'no number'],
  ['both ways of a length', `${chunked.slice(0, -2)}Content-Length: 5\r\n\r\n`, 'two lengths'],
  ['an unknown encoding', `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n`, 'encoding'],
  ['a chunk without a size', `${chunked}\r\nhello\r\n`, 'no size'],
  ['a chunk of a negative size', `${chunked}-5\r\nhello\r\n`, 'no size'],
  ['a chunk that is longer than it says', `${chunked}3\r\nhello\r\n`, 'longer'],
  ['a head without end', `${ok}A: ${'b'.repeat(20_000)}`, 'too long'],
  ['a line between chunks without end', `${chunked}${'0'.repeat(5_000)}`, 'too long'],
  ['trailers without end', `${chunked}0\r\n${'A: b\r\n'.repeat(5_000)}`, 'too long'],
])('refuses %s', (_, text, why) => {
  expect(() => read(text)).toThrow(why)
})
