import { expect, test } from 'vitest'
import { evaluate } from '../../../../src/sandbox/prometheus/evaluate.ts'
import { parseQuery } from '../../../../src/sandbox/prometheus/parse.ts'
import { createSeriesStore } from '../../../../src/sandbox/prometheus/series.ts'

const start = Date.parse('2026-01-01T00:00:00Z')
const at = (seconds: number) => new Date(start + seconds * 1_000)

/** Counters that grow by so much in each of 60 rounds of a second, after one round at zero. */
function counters(...growing: [name: string, labels: Record<string, string>, amount: number][]) {
  const store = createSeriesStore()
  for (let second = 0; second <= 60; second++) {
    for (const [name, labels, amount] of growing) store.add(name, labels, second === 0 ? 0 : amount)
    store.sample(at(second))
  }
  return (text: string, seconds = 60) => evaluate(parseQuery(text), { store, now: at(seconds) })
}

const requests = counters(
  ['requests', { code: '200', pod: 'a' }, 9],
  ['requests', { code: '500', pod: 'a' }, 1],
  ['requests', { code: '200', pod: 'b' }, 10],
)
const values = (points: { value: number }[]) => points.map(({ value }) => value)

test('a rate is the growth in a second, an increase that in the window', () => {
  expect(values(requests('rate(requests{code="500"}[30s])'))).toEqual([1])
  expect(values(requests('increase(requests{code="500"}[30s])'))).toEqual([30])
  expect(values(requests('irate(requests{code="500"}[30s])'))).toEqual([1])
})

test('a counter that appears within the window counts from zero', () => {
  const store = createSeriesStore()
  store.add('late', {}, 5)
  store.sample(at(0))
  expect(evaluate(parseQuery('increase(late[1m])'), { store, now: at(1) })).toEqual([
    { labels: {}, value: 5 },
  ])
})

test('an old counter does not count from zero, however long the window is', () => {
  const store = createSeriesStore()
  for (let minute = 0; minute < 60; minute++) {
    store.add('old', {}, 1)
    store.sample(at(minute * 60))
  }
  const [point] = evaluate(parseQuery('increase(old[2h])'), { store, now: at(3_600) })
  expect(point?.value).toBeLessThan(20)
})

test('a window in which nothing was sampled gives no value', () => {
  expect(requests('rate(requests[10s])', 90)).toEqual([])
})

test('an instant selector gives the last sample, with the name, until five minutes have passed', () => {
  expect(requests('requests{code="500"}')).toEqual([
    { labels: { __name__: 'requests', code: '500', pod: 'a' }, value: 60 },
  ])
  expect(requests('requests{code="500"}', 60 + 300)).toHaveLength(1)
  expect(requests('requests{code="500"}', 60 + 301)).toEqual([])
})

test('a label that is missing matches the empty text', () => {
  expect(requests('requests{nothing=""}')).toHaveLength(3)
  expect(requests('requests{nothing!=""}')).toEqual([])
})

test('regular expressions match the whole value', () => {
  expect(requests('requests{code=~"5"}')).toEqual([])
  expect(requests('requests{code=~"5.."}')).toHaveLength(1)
  expect(requests('requests{code!~"5.*"}')).toHaveLength(2)
  expect(() => requests('requests{code=~"("}')).toThrow(/regular expression/i)
})

test('aggregations group by labels, or by all others', () => {
  const byPod = requests('sum by (pod) (rate(requests[30s]))')
  expect(byPod).toEqual([
    { labels: { pod: 'a' }, value: 10 },
    { labels: { pod: 'b' }, value: 10 },
  ])
  expect(requests('sum(requests) without (code)')).toEqual([
    { labels: { pod: 'a' }, value: 600 },
    { labels: { pod: 'b' }, value: 600 },
  ])
  expect(values(requests('avg(rate(requests[30s]))'))).toEqual([20 / 3])
  expect(values(requests('min(requests)'))).toEqual([60])
  expect(values(requests('max(requests)'))).toEqual([600])
  expect(values(requests('count(requests)'))).toEqual([3])
})

test('the share of good requests is what the success rate of a canary is', () => {
  const good = 'sum(rate(requests{pod="a",code!~"5.*"}[30s]))'
  expect(values(requests(`${good} / sum(rate(requests{pod="a"}[30s])) * 100`))).toEqual([90])
})

test('a division by nothing at all has no value, and one by zero is no number', () => {
  expect(requests('sum(rate(requests{pod="x"}[30s])) / sum(rate(requests[30s]))')).toEqual([])
  expect(values(requests('vector(0) / vector(0)'))).toEqual([Number.NaN])
})

test('vectors are matched by equal labels, and lose their name when they are computed with', () => {
  expect(requests('requests{code="200"} / requests{code="200"}')).toEqual([
    { labels: { code: '200', pod: 'a' }, value: 1 },
    { labels: { code: '200', pod: 'b' }, value: 1 },
  ])
  expect(requests('requests{pod="a"} / requests{pod="b"}')).toEqual([])
})

test('comparisons keep the points for which they hold, with their value', () => {
  expect(values(requests('requests > 100'))).toEqual([540, 600])
  expect(values(requests('100 < requests'))).toEqual([540, 600])
  expect(() => requests('1 > 2')).toThrow('must use BOOL')
})

test('or, and, unless are set operations over labels', () => {
  expect(values(requests('sum(nothing) or vector(0)'))).toEqual([0])
  expect(values(requests('vector(1) or vector(2)'))).toEqual([1])
  expect(values(requests('requests and requests{pod="b"}'))).toEqual([600])
  expect(values(requests('requests unless requests{code="200"}'))).toEqual([60])
})

test('numbers are computed with', () => {
  expect(values(requests('2 * 3 + 4 / 8 - 7 % 4'))).toEqual([3.5])
  expect(values(requests('-3'))).toEqual([-3])
  expect(values(requests('scalar(sum(requests)) / 10'))).toEqual([120])
  expect(values(requests('scalar(requests)'))).toEqual([Number.NaN])
  expect(values(requests('round(vector(2.6))'))).toEqual([3])
  expect(values(requests('time()'))).toEqual([start / 1_000 + 60])
})

test('a quantile is interpolated within its bucket', () => {
  const ask = counters(
    ['d_bucket', { le: '10' }, 50],
    ['d_bucket', { le: '20' }, 90],
    ['d_bucket', { le: '40' }, 99],
    ['d_bucket', { le: '+Inf' }, 100],
  )
  const quantile = (q: number) =>
    values(ask(`histogram_quantile(${q}, sum(rate(d_bucket[30s])) by (le))`))
  expect(quantile(0.25)).toEqual([5])
  expect(quantile(0.7)).toEqual([15])
  expect(quantile(0.99)).toEqual([40])
  // The last bucket has no upper end: its lower one is the answer.
  expect(quantile(1)).toEqual([40])
  expect(ask('histogram_quantile(0.5, sum(rate(none[30s])) by (le))')).toEqual([])
})

test('a quantile without requests, or without the last bucket, is no number', () => {
  const idle = counters(['d_bucket', { le: '10' }, 0], ['d_bucket', { le: '+Inf' }, 0])
  expect(values(idle('histogram_quantile(0.5, rate(d_bucket[30s]))'))).toEqual([Number.NaN])
  const open = counters(['d_bucket', { le: '10' }, 1], ['d_bucket', { le: '20' }, 2])
  expect(values(open('histogram_quantile(0.5, rate(d_bucket[30s]))'))).toEqual([Number.NaN])
})

test.each([
  ['requests[5m]', 'a range vector must be given to a function'],
  ['rate(requests)', 'expected a range vector'],
  ['rate(5)', 'expected a range vector'],
  ['rate(requests[5m], 1)', 'expected 1 argument(s) in call to "rate", got 2'],
  ['rate()', 'expected 1 argument(s)'],
  ['predict_linear(requests[5m], 3)', 'unknown function with name "predict_linear"'],
  ['constructor(1)', 'unknown function with name "constructor"'],
])('%s is refused: %s', (text, why) => {
  expect(() => requests(text)).toThrow(why)
})

test('samples are forgotten when no window reaches them any more', () => {
  const store = createSeriesStore()
  store.add('x', {}, 1)
  for (let minute = 0; minute < 120; minute++) store.sample(at(minute * 60))
  expect(store.all('x')[0]?.samples.length).toBeLessThan(20)
})

test('a selector with an offset means the counters as they were then', () => {
  expect(values(requests('requests{code="500"} offset 20s'))).toEqual([40])
  expect(values(requests('increase(requests{code="500"}[10s] offset 20s)'))).toEqual([10])
  expect(values(requests('requests{code="500"} - requests{code="500"} offset 20s >= 0'))).toEqual([
    20,
  ])
  expect(values(requests('requests{code="500"}', 30))).toEqual([30])
})

test('label_replace names a sum', () => {
  expect(requests('label_replace( sum(requests{code="500"}), "n", "bad", "", "" )')).toEqual([
    { labels: { n: 'bad' }, value: 60 },
  ])
  expect(() => requests('label_replace(requests, 1, "a", "", "")')).toThrow('four texts')
})
