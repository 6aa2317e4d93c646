import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readHey } from '../../../src/load/hey.ts'
import { createAnswerCounter, requestBytes } from '../../../src/load/wire.ts'

const ok = 'HTTP/1.1 200 OK\r\n'

test.each([
  ['with a length', `${ok}Content-Length: 3\r\n\r\nabc`, { status: 200, bytes: 3, goesOn: true }],
  ['without a body', `HTTP/1.1 204 No\r\n\r\n`, { status: 204, bytes: 0, goesOn: true }],
  ['of length 0', `${ok}content-length: 0\r\n\r\n`, { status: 200, bytes: 0, goesOn: true }],
  [
    'that is the last',
    `${ok}Connection: close\r\nContent-Length: 1\r\n\r\na`,
    { status: 200, bytes: 1, goesOn: false },
  ],
  [
    'of HTTP/1.0',
    `HTTP/1.0 500 X\r\nContent-Length: 1\r\n\r\na`,
    { status: 500, bytes: 1, goesOn: false },
  ],
  [
    'after another that announced it',
    `HTTP/1.1 100 Continue\r\n\r\n${ok}Content-Length: 2\r\n\r\nab`,
    { status: 200, bytes: 2, goesOn: true },
  ],
])('an answer %s is read whole, in pieces of any size', (_, text, answer) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), (size) => {
      expect(readInPieces(text, size)).toEqual([answer])
    }),
  )
})

test('an answer in chunks is read whole, in pieces of any size, and the next one after it', () => {
  const text = `${ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n`
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), (size) => {
      const answers = readInPieces(text, size)
      expect(answers).toMatchObject([{ status: 200, goesOn: true }])
    }),
  )
})

test('an answer without a length goes on to the end of the connection', () => {
  const reader = createAnswerCounter('GET')
  expect(reader.push(Buffer.from(`${ok}\r\nabc`))).toBeUndefined()
  expect(reader.push(Buffer.from('def'))).toBeUndefined()
  expect(reader.end()).toEqual({ status: 200, bytes: 6, goesOn: false })
  expect(createAnswerCounter('GET').end()).toBeUndefined()
})

test('the answer to HEAD has no body, whatever length it names', () => {
  const reader = createAnswerCounter('HEAD')
  const answer = reader.push(Buffer.from(`${ok}Content-Length: 300\r\n\r\n`))
  expect(answer).toEqual({ status: 200, bytes: 0, goesOn: true })
})

test('what is no HTTP is refused, also where it never ends', () => {
  expect(() => createAnswerCounter('GET').push(Buffer.from('SSH-2.0\r\n\r\n'))).toThrow(
    'no HTTP/1.1',
  )
  expect(() => createAnswerCounter('GET').push(Buffer.alloc(100_000, 'x'))).toThrow('too long')
})

test('the request is the one that the line of hey describes', () => {
  const read = readHey(['-m', 'PUT', '-d', 'é', '-host', 'app.test', 'http://proxy:81/a?b=c'])
  const bytes = requestBytes('plan' in read ? read.plan : expect.fail('no plan'))
  expect(bytes.toString('utf8')).toBe(
    'PUT /a?b=c HTTP/1.1\r\nHost: app.test\r\nUser-Agent: hey/0.0.1\r\nContent-Type: text/html\r\n' +
      'Accept-Encoding: gzip\r\nContent-Length: 2\r\n\r\né',
  )
})

function readInPieces(text: string, size: number): unknown[] {
  const reader = createAnswerCounter('GET')
  const data = Buffer.from(text)
  const answers: unknown[] = []
  for (let at = 0; at < data.length; at += size) {
    // What is read into is used again.
    const piece = Buffer.from(data.subarray(at, at + size))
    const answer = reader.push(piece)
    piece.fill(0)
    if (answer) answers.push(answer)
  }
  return answers
}
