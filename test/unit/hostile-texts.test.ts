/**
 * Texts of users and servers that were made to keep the process busy: each is read in one pass. A
 * reader that begins anew at every letter would need hours for these, and run into the time-out.
 */
import { expect, test } from 'vitest'
import { createSaid } from '../../controller/tell/said.ts'
import { regexProblem } from '../../src/inspection/regex.ts'
import { firstRecord } from '../../src/metrics/influxdb/annotated-csv.ts'
import { withPredicate } from '../../src/routers/skipper/predicates.ts'
import { marked, staysInQuotes } from '../../src/template/quotes.ts'

const times = 1_000_000

test.each([
  ['a quote that never ends', `"${'\\"'.repeat(times)}`],
  ['a regular expression that never ends', `/${'\\/'.repeat(times)}`],
  ['raw quotes that never end', '`'.repeat(times * 2 + 1)],
])('a Skipper predicate with %s is read in one pass', (_, predicates) => {
  expect(withPredicate(predicates, 'Weight(1)')).toBe(`Weight(1) && ${predicates}`)
})

test('a regular expression of brackets that never close is judged in one pass', () => {
  expect(regexProblem('[\\'.repeat(times), { isRe2: true })).toBeDefined()
})

test('an event that is one long word is told in one pass', () => {
  const remark = { message: 'a'.repeat(times) }
  expect(createSaid().isNews(remark, 0)).toBe(true)
})

test('an answer of InfluxDB whose cells never end is read in one pass', () => {
  expect(firstRecord('\r"x'.repeat(times))).toBeUndefined()
})

test('a query is looked at in one pass for each language, and one of no sensible length is not', () => {
  expect(staysInQuotes(`"${marked('\\\\'.repeat(30_000))}"`)).toBe(true)
  expect(staysInQuotes(`"${marked('\\\\'.repeat(times))}"`)).toBe(false)
})
