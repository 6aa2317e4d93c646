import { describe, expect, test } from 'vitest'
import { alb } from '../../../../src/routers/alb/router.ts'
import type { Ingress } from '../../../../src/routers/ingress.ts'
import { takeoverProblems } from '../../../../src/routers/services/takeover.ts'
import { ingress, ingressRef } from '../../../conformance/routers/fixtures/ingress.ts'
import { contextOf, restored } from '../../../conformance/routers/fixtures.ts'
import { split, toPrimary } from '../ingresses.ts'

const prefix = 'alb.ingress.kubernetes.io'
const actionKey = `${prefix}/actions.podinfo`
const toCanary = { primary: 0, canary: 100, mirrored: false }

function contextFor(cluster: readonly Ingress[], analysis = {}) {
  const spec = { service: { port: 80 }, ingressRef }
  return contextOf({ provider: 'alb', spec, analysis, cluster: [...cluster] })
}

function written(user: Ingress, routes = toPrimary, analysis = {}): Ingress {
  const [object] = alb.render(contextFor([user], analysis), routes) as Ingress[]
  if (!object) throw new Error('no Ingress was written')
  return object
}

const pathsOf = ({ spec }: Ingress) =>
  (spec?.rules ?? []).flatMap(({ http }) =>
    (http?.paths ?? []).map(({ path, backend }) => {
      const { name, port } = backend?.service ?? {}
      return `${path} ${name} ${port?.name ?? port?.number}`
    }),
  )
const groupsOf = ({ metadata }: Ingress, key = actionKey) =>
  JSON.parse(metadata.annotations?.[key] ?? '{}').forwardConfig.targetGroups

/** As a user writes it whose Ingress comes from a repository. */
const byAnnotation = (annotations: Record<string, string> = {}): Ingress => ({
  ...ingress,
  metadata: { ...ingress.metadata, annotations },
  spec: {
    rules: [
      {
        http: {
          paths: [
            {
              path: '/',
              backend: { service: { name: 'podinfo', port: { name: 'use-annotation' } } },
            },
          ],
        },
      },
    ],
  },
})

test('the paths to the Service lead to an action that shares the requests, and others stay', () => {
  const now = written(ingress, split)
  expect(pathsOf(now)).toEqual(['/ podinfo use-annotation', '/static files 80'])
  expect(groupsOf(now)).toEqual([
    { serviceName: 'podinfo-primary', servicePort: 80, weight: 90 },
    { serviceName: 'podinfo-canary', servicePort: 80, weight: 10 },
  ])
})

test('an Ingress that says use-annotation itself is led by its annotations alone', () => {
  const user = byAnnotation()
  expect(written(user, split).spec).toEqual(user.spec)
  expect(takeoverProblems(alb, contextFor([user]))).toEqual([])
})

test('what an action said before stays, and its groups keep their share', () => {
  const stickiness = { enabled: true, durationSeconds: 200 }
  const action = JSON.stringify({
    type: 'forward',
    forwardConfig: {
      targetGroups: [
        { serviceName: 'podinfo', servicePort: 80, weight: 3 },
        { targetGroupARN: 'arn:aws:group', weight: 1 },
      ],
      targetGroupStickinessConfig: stickiness,
    },
  })
  const user = byAnnotation({ [actionKey]: action })
  const first = written(user, toPrimary)
  const now = written(first, split)
  expect(groupsOf(now).map(({ weight }: { weight: number }) => weight)).toEqual([270, 30, 100])
  expect(JSON.parse(now.metadata.annotations?.[actionKey] ?? '').forwardConfig).toMatchObject({
    targetGroupStickinessConfig: stickiness,
  })
  expect(alb.routes(contextFor([now]))).toEqual(split)
  const [back] = restored([now], alb.restore(contextFor([now])))
  expect(back).toEqual(user)
})

test('a path that had no action before keeps one that leads to the Service', () => {
  const now = written(byAnnotation(), split)
  const [back] = restored([now], alb.restore(contextFor([now]))) as Ingress[]
  expect(groupsOf(back as Ingress)).toEqual([
    { serviceName: 'podinfo', servicePort: 80, weight: 1 },
  ])
})

describe('A/B', () => {
  const match = [
    { headers: { 'x-canary': { exact: 'yes' }, 'user-agent': { prefix: 'tester/' } } },
    { queryParams: { beta: { suffix: '1' } } },
  ]
  const analysis = { iterations: 2, stepWeight: 0, match }

  test('each entry has a rule of its own before that of the others, and goes with the test', () => {
    const now = written(ingress, toCanary, analysis)
    expect(pathsOf(now)).toEqual([
      '/ podinfo-canary use-annotation',
      '/ podinfo-canary-1 use-annotation',
      '/ podinfo use-annotation',
      '/static files 80',
    ])
    const { annotations = {} } = now.metadata
    expect(JSON.parse(annotations[`${prefix}/conditions.podinfo-canary`] ?? '')).toEqual([
      {
        field: 'http-header',
        httpHeaderConfig: { httpHeaderName: 'user-agent', values: ['tester/*'] },
      },
      { field: 'http-header', httpHeaderConfig: { httpHeaderName: 'x-canary', values: ['yes'] } },
    ])
    expect(JSON.parse(annotations[`${prefix}/conditions.podinfo-canary-1`] ?? '')).toEqual([
      {
        field: 'query-string',
        queryStringConfig: { values: [{ key: 'beta', value: '*1' }] },
      },
    ])
    const [first] = groupsOf(now)
    expect(first).toMatchObject({ serviceName: 'podinfo-primary', weight: 100 })
    expect(alb.routes(contextFor([now], analysis))).toEqual(toCanary)
    const after = written(now, toPrimary, analysis)
    expect(pathsOf(after)).toEqual(pathsOf(written(ingress)))
    expect(Object.keys(after.metadata.annotations ?? {}).join()).not.toContain('podinfo-canary')
  })

  test('conditions of the user on the path hold for the test as well', () => {
    const own = [{ field: 'source-ip', sourceIpConfig: { values: ['10.0.0.0/8'] } }]
    const user = byAnnotation({ [`${prefix}/conditions.podinfo`]: JSON.stringify(own) })
    const { annotations = {} } = written(user, toCanary, analysis).metadata
    const of = (name: string) => JSON.parse(annotations[`${prefix}/conditions.${name}`] ?? '[]')
    expect(of('podinfo')).toEqual(own)
    expect(of('podinfo-canary').slice(0, 1)).toEqual(own)
  })

  test('a weight beside a match is that of the users who meet it', () => {
    const now = written(ingress, split, { match, stepWeight: 10 })
    expect(groupsOf(now, `${prefix}/actions.podinfo-canary`)).toMatchObject([
      { weight: 90 },
      { weight: 10 },
    ])
    expect(groupsOf(now)).toMatchObject([{ weight: 100 }, { weight: 0 }])
  })

  test.each([
    ['an expression', { headers: { a: { regex: 'b.*' } } }],
    ['a text with a wildcard', { headers: { a: { exact: 'b*' } } }],
    [
      'too many values',
      { headers: Object.fromEntries('abcd'.split('').map((one) => [one, { exact: '1' }])) },
    ],
    ['labels of pods', { sourceLabels: { app: 'a' } }],
    ['nothing', {}],
  ])('%s can not be had: a test runs as blue/green, and a weight is refused', (_, one) => {
    const test = { ...analysis, match: [one] }
    expect(alb.abilities(contextFor([ingress], test)).match).toBe(false)
    expect(() => written(ingress, split, { match: [one], stepWeight: 10 })).toThrow(
      /spec.analysis.match can't be expressed with provider alb; give each entry one to three/,
    )
  })
})

test('an Ingress that is gone holds the canary, and no rollback', () => {
  expect(() => alb.render(contextFor([]), split)).toThrow(/ingress podinfo.test get query error/)
  const now = written(ingress, split)
  const elsewhere = { ...now, spec: { rules: [] } }
  expect(alb.render(contextFor([elsewhere]), toPrimary)).toEqual([])
})
