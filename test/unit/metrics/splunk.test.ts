import { expect, test } from 'vitest'
import { splunk } from '../../../src/metrics/splunk/provider.ts'
import { eventsIn } from '../../../src/metrics/splunk/server-sent-events.ts'
import { firstRequest, replay } from '../../support/conversations.ts'
import { answered, asked } from './builders.ts'

const secret = { sf_token_key: 'token-1' }
const address = 'https://api.us1.signalfx.com'
const program = "data('errors').sum().publish()"
const question = (of = {}) => asked(program, { address, secret, ...of })
const event = (name: string, message: object) =>
  `event: ${name}\ndata: ${JSON.stringify(message)}\n\n`
const data = (...elements: object[]) => event('data', { data: elements })
const end = event('control-message', { event: 'END_OF_CHANNEL' })
const read = (...stream: string[]) =>
  replay(splunk.query(question()), answered(stream.join(''))).value

test('a program is sent as text, for ten intervals up to now', () => {
  expect(firstRequest(splunk.query(question()))).toEqual({
    method: 'POST',
    url: 'https://stream.us1.signalfx.com/v2/signalflow/execute?start=1767226800000&stop=1767227400000&immediate=true',
    headers: { 'Content-Type': 'text/plain', 'X-SF-Token': 'token-1' },
    body: program,
    timeoutMs: 5000,
  })
})

test.each([
  ['wss://stream.us1.signalfx.com', 'https://stream.us1.', 'https://api.us1.'],
  ['https://rapid-api.example.com/x', 'https://rapid-api.example.com/x/', 'https://rapid-api.'],
  ['http://streams-of-api.test', 'http://streams-of-api.test/', 'http://streams-of-api.test/'],
])('below %s no part of another name is changed', (of, stream, api) => {
  expect(firstRequest(splunk.query(question({ address: of }))).url).toContain(stream)
  expect(firstRequest(splunk.probe(question({ address: of }))).url).toContain(api)
})

test.each<[object, string]>([
  [{ address: '' }, 'splunk endpoint is not set'],
  [{ secret: {} }, 'splunk credentials does not contain sf_token_key'],
])('%j lacks what a request needs', (of, want) => {
  expect(() => splunk.query(question(of)).next({})).toThrow(want)
})

test.each<[string, string[], number | undefined]>([
  ['the last of several', [data({ tsId: 'A', value: 1 }), data({ tsId: 'A', value: 2 }), end], 2],
  [
    'the last that is no null',
    [data({ tsId: 'A', value: 1 }), data({ tsId: 'A', value: null }), end],
    1,
  ],
  ['no value of no number', [data({ tsId: 'A', value: 'NaN' }), end], undefined],
  ['zero as a number', [data({ tsId: 'A', value: 0 }), end], 0],
  ['nothing of no data', [event('metadata', { tsId: 'A' }), data(), end], undefined],
  [
    'no message of another sort',
    [event('event', { value: 7 }), data({ tsId: 'A', value: 1 }), end],
    1,
  ],
])('%s is read', (_, stream, want) => {
  expect(read(...stream)).toBe(want)
})

test.each<[string, string[], string]>([
  ['two series', [data({ tsId: 'A', value: 1 }, { tsId: 'B', value: 1 }), end], 'multiple values'],
  [
    'an error of the program',
    [event('error', { error: 400, errorType: 'ANALYTICS_PROGRAM_NAME_ERROR', message: 'no x' })],
    'error executing query: ANALYTICS_PROGRAM_NAME_ERROR: no x',
  ],
  [
    'an end before the end',
    [
      data({ tsId: 'A', value: 1 }),
      event('control-message', { event: 'CHANNEL_ABORT', abortInfo: { sf_job_abortReason: 'x' } }),
    ],
    'the computation was aborted: x',
  ],
  ['a stream that is cut', [data({ tsId: 'A', value: 1 })], 'the stream ended before its end'],
  ['a page of a proxy', ['<html>'], 'the stream ended before its end'],
  ['no list', [event('data', { data: 7 }), end], 'holds no list of values'],
  ['a text', [data({ tsId: 'A', value: 'up' }), end], 'a value is not a number'],
  ['no JSON', ['data: {\n\n'], 'invalid response: '],
])('%s is an error that says why', (_, stream, want) => {
  expect(() => read(...stream)).toThrow(want)
})

test('events may have several lines, any line end, comments, and no name', () => {
  const stream = ': hello\r\nevent: a\rdata: {\ndata:  "x":1\ndata: }\n\n\ndata:y\n\ndata: cut'
  expect(eventsIn(stream)).toEqual([
    { name: 'a', data: '{\n "x":1\n}' },
    { name: 'message', data: 'y' },
  ])
})
