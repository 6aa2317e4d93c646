import { expect, test } from 'vitest'
import {
  compileRequests,
  compileStates,
  hideCookies,
  type Seen,
} from '../../conformance/compile.ts'

const namespace = 'g-web-a1'

function seen(
  kindName: string,
  version: number,
  { type = 'MODIFIED', ...fields }: { type?: Seen['type'] } & Record<string, unknown> = {},
): Seen {
  const metadata = { name: 'web', namespace, resourceVersion: String(version), uid: `u${version}` }
  return { kindName, type, object: { apiVersion: 'v1', kind: kindName, metadata, ...fields } }
}

test('changes of all watches come in the order of the server', () => {
  const { timeline } = compileStates([seen('Service', 12), seen('Secret', 9)], namespace)

  expect(timeline).toEqual([
    { object: 'Secret/web', state: 0 },
    { object: 'Service/web', state: 0 },
  ])
})

test('a state that differs only in versions and times counts once', () => {
  const { states } = compileStates([seen('Service', 1), seen('Service', 2)], namespace)

  expect(states['Service/web']).toEqual([
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: '<ns>' } },
  ])
})

test('a deletion is a state of its own', () => {
  const { states, timeline } = compileStates(
    [seen('Service', 1), seen('Service', 2, { type: 'DELETED' })],
    namespace,
  )

  expect(states['Service/web']?.at(-1)).toBeNull()
  expect(timeline.at(-1)).toEqual({ object: 'Service/web', deleted: true })
})

test('hashes are numbered in order of appearance and keep their number', () => {
  const canary = (version: number, lastAppliedSpec: string) =>
    seen('Canary', version, { status: { phase: 'Progressing', lastAppliedSpec } })
  const { states } = compileStates([canary(1, 'x'), canary(2, 'y'), canary(3, 'x')], namespace)

  expect(states['Canary/web']?.map((state) => state?.status)).toEqual([
    { phase: 'Progressing', lastAppliedSpec: '<hash-1>' },
    { phase: 'Progressing', lastAppliedSpec: '<hash-2>' },
    { phase: 'Progressing', lastAppliedSpec: '<hash-1>' },
  ])
})

test('the status of a workload is left out, a headless service is marked', () => {
  const { states } = compileStates(
    [
      seen('Deployment', 1, { status: { replicas: 1 } }),
      seen('Service', 2, { spec: { clusterIP: 'None', clusterIPs: ['None'] } }),
    ],
    namespace,
  )

  expect(states['Deployment/web']?.[0]).not.toHaveProperty('status')
  expect(states['Service/web']?.[0]).toMatchObject({ spec: { headless: true } })
  expect(states['Service/web']?.[0]?.spec).not.toHaveProperty('clusterIP')
})

test('only events on the Canary count', () => {
  const event = (kind: string) => ({
    type: 'ADDED' as const,
    reason: 'Synced',
    message: `web.${namespace} at http://127.0.0.1:4711`,
    involvedObject: { kind },
  })
  const of = (version: number, kind: string): Seen => {
    const { type, ...fields } = event(kind)
    const found = seen('Event', version, { type, ...fields })
    return { ...found, object: Object.assign(found.object, { type: 'Normal' }) }
  }

  expect(compileStates([of(1, 'Canary'), of(2, 'Deployment')], namespace).timeline).toEqual([
    { event: 'Normal Synced: web.<ns> at http://<stub>' },
  ])
})

test('equal requests are counted, addresses and namespaces hidden', () => {
  const request = {
    method: 'POST',
    path: '/hook',
    search: '',
    query: '',
    headers: {},
    body: `${namespace} g_web_a1__x http://127.0.0.1:4711/x`,
  }

  expect(
    compileRequests([request, request], {
      scenario: 'web',
      namespace,
      stub: 'http://127.0.0.1:4711',
    }),
  ).toEqual([{ ...request, body: '<ns> g_web__x http://<stub>/x', times: 2 }])
})

test('session cookies become numbers wherever they stand', () => {
  expect(
    hideCookies({ sessionAffinityCookie: 'flagger-cookie=abc', match: 'flagger-cookie=abc;x' }),
  ).toEqual({
    sessionAffinityCookie: 'flagger-cookie=<cookie-1>',
    match: 'flagger-cookie=<cookie-1>;x',
  })
})
