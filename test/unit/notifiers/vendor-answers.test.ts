/** What each service answers, as its documents or its users have it: sent, refused, or to be tried again. */
import { expect, test } from 'vitest'
import { attemptOf } from '../../../src/notifiers/answer.ts'
import { notifiers } from '../../../src/notifiers/index.ts'

type Row = [status: number, body: string | object, headers?: Record<string, string>]

interface Answers {
  sent: Row[]
  /** Another try would end the same way. */
  refused: Row[]
  busy: Row[]
}

const later = { 'retry-after': '30' }

const answers: Readonly<Record<string, Answers>> = {
  slack: {
    sent: [
      [200, 'ok'],
      [200, { ok: true, channel: 'C123ABC456', ts: '1503435956.000247', message: {} }],
    ],
    refused: [
      [400, 'invalid_payload'],
      [403, 'action_prohibited'],
      [404, 'no_service'],
      [410, 'channel_is_archived'],
      ...[
        'channel_not_found',
        'not_in_channel',
        'invalid_auth',
        'missing_scope',
        'is_archived',
      ].map((error): Row => [200, { ok: false, error }]),
    ],
    busy: [
      [429, '', later],
      [200, { ok: false, error: 'ratelimited' }, later],
      [200, { ok: false, error: 'internal_error' }],
      [500, 'rollup_error'],
      [503, { ok: false, error: 'service_unavailable' }],
    ],
  },
  discord: {
    sent: [
      [204, ''],
      [200, 'ok'],
    ],
    refused: [
      [400, { message: 'Cannot send an empty message', code: 50006 }],
      [401, { message: 'Invalid Webhook Token', code: 50027 }],
      [404, { message: 'Unknown Webhook', code: 10015 }],
    ],
    busy: [
      [429, { message: 'You are being rate limited.', retry_after: 29.3, global: false }, later],
      [502, '<html>'],
    ],
  },
  rocket: {
    sent: [[200, { success: true }]],
    refused: [
      [400, { success: false, error: 'error-invalid-room' }],
      [200, { success: false, error: 'error-invalid-room' }],
      [401, { success: false, error: 'Invalid integration id or token provided.' }],
    ],
    busy: [[429, { success: false, error: 'Error, too many requests.' }, later]],
  },
  msteams: {
    sent: [
      [200, '1'],
      [202, ''],
    ],
    refused: [
      [400, 'Bad payload received by generic incoming webhook.'],
      [401, { error: { code: 'DirectApiAuthorizationRequired', message: 'no' } }],
      [404, { error: { code: 'WorkflowNotFound', message: 'gone' } }],
      [
        200,
        'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with ContextId tcid=0,server=a',
      ],
    ],
    busy: [
      [
        200,
        'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId tcid=0,server=a',
      ],
      [429, { error: { code: 'WorkflowTriggerIsThrottled', message: 'slow down' } }, later],
    ],
  },
  gchat: {
    sent: [[200, { name: 'spaces/AAA/messages/BBB' }]],
    refused: [
      [400, { error: { code: 400, message: 'no', status: 'INVALID_ARGUMENT' } }],
      [403, { error: { code: 403, message: 'no', status: 'PERMISSION_DENIED' } }],
      [404, { error: { code: 404, message: 'no', status: 'NOT_FOUND' } }],
    ],
    busy: [[429, { error: { code: 429, message: 'no', status: 'RESOURCE_EXHAUSTED' } }]],
  },
  pagerduty: {
    sent: [[202, { status: 'success', message: 'Event processed', dedup_key: 'a' }]],
    refused: [
      [400, { status: 'invalid event', message: 'no', errors: ["'routing_key' is missing"] }],
    ],
    busy: [
      [429, { status: 'throttle exceeded', message: 'no' }, later],
      [500, ''],
    ],
  },
  opsgenie: {
    sent: [[202, { result: 'Request will be processed', took: 0.3, requestId: 'a' }]],
    refused: [
      [401, { message: 'Could not authenticate', took: 0, requestId: 'a' }],
      [403, { message: 'You are not authorized to access this resource', took: 0 }],
      [422, { message: 'Request body is not processable.', errors: { message: 'empty' } }],
    ],
    busy: [
      [429, { message: 'You are making too many requests!', took: 0 }, later],
      [503, { message: 'Service Unavailable' }],
    ],
  },
  webhook: {
    sent: [
      [200, { ok: false }],
      [204, ''],
      [299, 'whatever'],
    ],
    refused: [
      [404, 'no'],
      [501, ''],
    ],
    busy: [
      [429, '', later],
      [503, ''],
    ],
  },
}

const target = {
  ...{ address: 'https://service.test/key-in-path', proxy: '', token: 'token-of-service' },
  ...{ channel: 'general', username: 'flagger' },
}

function attempt(type: string, [status, body, headers = {}]: Row) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return attemptOf({ status, body: text, headers }, target, notifiers[type])
}

test('every service is tried', () => {
  expect(Object.keys(answers).toSorted()).toEqual(Object.keys(notifiers).toSorted())
})

test.each(Object.entries(answers))(
  '%s: what was sent, refused, or is to be tried again',
  (type, of) => {
    for (const row of of.sent) expect(attempt(type, row), `${row}`).toEqual({ sent: true })
    for (const row of of.refused)
      expect(attempt(type, row), `${row}`).toMatchObject({ sent: false, isFinal: true })
    for (const row of of.busy)
      expect(attempt(type, row), `${row}`).toMatchObject({
        ...{ sent: false, isFinal: false },
        ...(row[2] && { retryAfter: '30' }),
      })
  },
)
