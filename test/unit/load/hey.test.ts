import { expect, test } from 'vitest'
import { readHey } from '../../../src/load/hey.ts'
import { wordsOf } from '../../../src/load/words.ts'

function planOf(line: string) {
  const [, ...words] = wordsOf(line) ?? []
  const read = readHey(words)
  if (!('plan' in read)) throw new Error(read.problem)
  return read.plan
}

function problemOf(line: string): string {
  const [, ...words] = wordsOf(line) ?? []
  const read = readHey(words)
  return 'problem' in read ? read.problem : 'it was taken'
}

test('what hey has by default holds here', () => {
  expect(planOf('hey http://app/x?y=1')).toEqual({
    url: new URL('http://app/x?y=1'),
    method: 'GET',
    headers: [
      ['User-Agent', 'hey/0.0.1'],
      ['Content-Type', 'text/html'],
      ['Accept-Encoding', 'gzip'],
    ],
    host: '',
    body: '',
    requests: 200,
    durationMs: undefined,
    workers: 50,
    ratePerWorker: 0,
    timeoutMs: 20_000,
    isHttp2: false,
    keepAlive: true,
  })
})

test('flags are read with one dash and two, with and without an equals sign', () => {
  const line =
    'hey --z=2m -q 50 -c=10 -h2 -m post -d {} -t 5 -host app.example.com -disable-keepalive ' +
    '-T application/json -a me:word -H "X-Test: a: b" https://api.example.com/v1'
  expect(planOf(line)).toMatchObject({
    durationMs: 120_000,
    requests: undefined,
    ratePerWorker: 50,
    workers: 10,
    isHttp2: true,
    method: 'POST',
    body: '{}',
    timeoutMs: 5_000,
    host: 'app.example.com',
    keepAlive: false,
    headers: expect.arrayContaining([
      ['Content-Type', 'application/json'],
      ['Authorization', 'Basic bWU6d29yZA=='],
      ['X-Test', 'a: b'],
    ]),
  })
})

test('a header that is named takes the place of the usual one', () => {
  const { headers } = planOf('hey -H "content-type: text/plain" http://app/')
  expect(headers.filter(([name]) => /content-type/i.test(name))).toEqual([
    ['content-type', 'text/plain'],
  ])
})

test('each worker makes the same number of requests, as in hey', () => {
  expect(planOf('hey -n 10 -c 3 http://app/').requests).toBe(9)
})

test.each([
  ['hey -z 1m', 'names no address'],
  ['hey app:8080/', 'names "app:8080/", which is no http or https address'],
  ['hey -n 5 -c 10 http://app/', 'has -n 5: it takes a whole number, and no fewer than -c, 10'],
  ['hey -z soon http://app/', 'has -z soon: it takes a duration such as 1m'],
  ['hey -c 0 http://app/', 'has -c 0: it takes a whole number from 1 to 1000'],
  ['hey -x proxy:80 http://app/', 'has -x: a proxy is not supported'],
  ['hey -D /etc/passwd http://app/', 'has -D: give the body with -d'],
  ['hey -k http://app/', 'has -k, which hey does not know'],
  ['hey -z', 'has -z without a value'],
  ['hey -H bad http://app/', 'has a -H that is not of the form "Name: value"'],
  ['hey -H "A: →" http://app/', 'has a header with a character that none may have'],
])('%j is refused with a sentence', (line, problem) => {
  expect(problemOf(line)).toBe(problem)
})
