import { expect, test } from 'vitest'
import { importRollout } from '../../../../src/drafts/rollout/import.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { changed, errorsOf, essential } from './remarks.ts'
import { analysis, byIstio, rollout, service, steps, template95 } from './rollout-objects.ts'

test('weights, pauses and an analysis become steps, an interval, a gate and a metric', () => {
  const around = [template95(), service('shop-stable')]
  const imported = importRollout(rollout({ canary: { ...byIstio, analysis } }), around)
  expect(imported.canary).toEqual({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'shop', namespace: 'web' },
    spec: {
      provider: 'istio',
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' },
      progressDeadlineSeconds: 120,
      service: { name: 'shop-stable', port: 80, targetPort: 8080 },
      analysis: {
        interval: '2m',
        threshold: 4,
        stepWeights: [10, 30, 60],
        metrics: [
          {
            name: 'success',
            templateRef: { name: 'shop-success' },
            interval: '2m',
            thresholdRange: { min: 0.95 },
          },
        ],
        webhooks: [{ name: 'promotion gate', type: 'confirm-promotion', url: '' }],
      },
    },
  })
  const [deployment, metric] = imported.others
  expect(deployment).toMatchObject({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop', namespace: 'web', labels: { team: 'a' } },
    spec: { replicas: 3, template: { spec: { containers: [{ image: 'shop:1' }] } } },
  })
  expect(deployment).not.toHaveProperty('spec.strategy')
  expect(metric).toMatchObject({
    kind: 'MetricTemplate',
    metadata: { name: 'shop-success', namespace: 'web' },
    spec: {
      provider: { type: 'prometheus', address: 'http://prom:9090' },
      query: 'sum(rate(ok{service="shop-canary.web"}[5m]))',
    },
  })
  expect(essential(imported)).toEqual([])
  expect(errorsOf(imported)).toEqual([])
})

test('blue/green becomes checks before everybody is switched, with a gate by hand', () => {
  const blueGreen = {
    ...{ activeService: 'shop', previewService: 'shop-preview', autoPromotionEnabled: false },
    ...{ prePromotionAnalysis: analysis, postPromotionAnalysis: analysis },
    ...{ scaleDownDelaySeconds: 60 },
  }
  const imported = importRollout(rollout({ blueGreen }), [template95(), service('shop')])
  expect(imported.canary).toMatchObject({
    spec: {
      provider: 'kubernetes',
      analysis: { iterations: 4, webhooks: [{ type: 'confirm-promotion' }] },
    },
  })
  const lost = imported.remarks.filter(({ weight }) => weight === 'lost')
  expect(lost.map(({ field }) => field)).toEqual([
    'spec.strategy.blueGreen.scaleDownDelaySeconds',
    'spec.strategy.blueGreen.postPromotionAnalysis',
  ])
  expect(errorsOf(imported)).toEqual([])
})

test('a Rollout that refers to a Deployment needs none made, and its autoscaler turns to it', () => {
  const scaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'shop-hpa', uid: 'x', resourceVersion: '7' },
    spec: { maxReplicas: 5, scaleTargetRef: { kind: 'Rollout', name: 'shop' } },
  } as KubeObject
  const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop-web' }
  const spec = { workloadRef, template: undefined, selector: undefined }
  const imported = importRollout(rollout({ canary: byIstio }, spec), [scaler])
  expect(imported.others).toEqual([
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'shop-hpa' },
      spec: {
        maxReplicas: 5,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop-web' },
      },
    },
  ])
  expect(imported.canary).toMatchObject({
    spec: { targetRef: { name: 'shop-web' }, autoscalerRef: { name: 'shop-hpa' } },
  })
})

test('traffic that followed the number of pods is no split, unless somebody names a mesh', () => {
  const canary = { steps }
  const without = importRollout(rollout({ canary }), [])
  expect(without.canary).toMatchObject({
    spec: { provider: 'kubernetes', analysis: { iterations: 3 } },
  })
  expect(essential(without).join()).toContain('the traffic followed the number of pods')
  const named = importRollout(rollout({ canary }), [], { provider: 'linkerd' })
  expect(named.canary).toMatchObject({
    spec: { provider: 'linkerd', analysis: { stepWeights: [10, 30, 60] } },
  })
  expect(essential(named)).toEqual([])
})

test.each([
  ['weights that shrink', [{ setWeight: 50 }, { setWeight: 20 }], '20 stands after 50'],
  ['the same weight twice', [{ setWeight: 20 }, { setWeight: 20 }], '20 stands after 20'],
])('%s are told as lost', (_, given, text) => {
  const imported = importRollout(rollout({ canary: { ...byIstio, steps: given } }), [])
  expect(essential(imported).join()).toContain(text)
})

test.each([
  [{ successCondition: 'len(result) == 0' }, 'more than a comparison'],
  [{ successCondition: undefined }, 'has no condition'],
  [{ provider: { web: { url: 'http://x' } } }, 'asks an address'],
  [{ provider: { job: {} } }, 'is a Job'],
  [{ provider: { kayenta: {} } }, 'of the kind "kayenta"'],
  [{ provider: undefined }, 'of the kind ""'],
])('a metric with %j is left out and told', (metric, text) => {
  const canary = { ...byIstio, analysis }
  const imported = importRollout(rollout({ canary }), [template95(metric)])
  expect(imported.canary).not.toHaveProperty('spec.analysis.metrics')
  expect(essential(imported).join()).toContain(text)
})

test('an argument without a value is told, and lint finds what stands for it', () => {
  const args = [{ name: 'service-name', valueFrom: { podTemplateHashValue: 'Latest' } }]
  const canary = { ...byIstio, analysis: { ...analysis, args } }
  const imported = importRollout(rollout({ canary }), [template95()])
  expect(essential(imported).join()).toContain('the argument "service-name", which has no value')
  expect(errorsOf(imported).join()).toContain('service_name')
})

test('a template that is not there is told', () => {
  const imported = importRollout(rollout({ canary: { ...byIstio, analysis } }), [])
  expect(essential(imported)).toEqual(['is not there: its metrics are missing'])
})

test.each([
  [{ nginx: { stableIngress: 'shop' } }, { provider: 'nginx', ingressRef: { name: 'shop' } }],
  [{ apisix: { route: { name: 'r' } } }, { provider: 'apisix', routeRef: { name: 'r' } }],
  [{ traefik: { weightedTraefikServiceName: 'w' } }, { provider: 'traefik' }],
  [{ smi: {} }, { provider: 'smi:v1alpha1', service: { name: 'shop-stable' } }],
  [{ smi: { rootService: 'root' } }, { provider: 'smi:v1alpha1', service: { name: 'root' } }],
  [
    { alb: { ingress: 'shop', rootService: 'root' } },
    { provider: 'alb', ingressRef: { name: 'shop' }, service: { name: 'root' } },
  ],
  [{ appMesh: {} }, { provider: 'appmesh:v1beta2' }],
  [
    { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'shop' } } },
    { provider: 'gatewayapi:v1', service: { gatewayRefs: [{ name: 'gw' }], hosts: ['a.test'] } },
  ],
  [{ plugins: { 'argoproj-labs/contour': {} } }, { provider: 'contour' }],
])('traffic by %j is led by %j', (trafficRouting, spec) => {
  const route = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'shop' },
    spec: { parentRefs: [{ name: 'gw' }], hostnames: ['a.test'] },
  } as KubeObject
  const canary = { ...byIstio, trafficRouting }
  const imported = importRollout(rollout({ canary }), [route])
  expect(imported.canary).toMatchObject({ spec })
  expect(essential(imported)).toEqual([])
})

test.each([[{ ambassador: {} }], [{ plugins: { 'x/y': {} } }]])(
  'traffic by %j has nobody who leads it here',
  (trafficRouting) => {
    const canary = { ...byIstio, trafficRouting }
    const imported = importRollout(rollout({ canary }), [])
    expect(essential(imported).join()).toContain('is not supported')
  },
)

test.each([[null], [{}], [{ canary: null }], [{ canary: { steps: 'x' } }], [{ blueGreen: {} }]])(
  'a strategy such as %j is no reason to fall over',
  (strategy) => {
    const given = rollout(strategy as object)
    expect(importRollout(given, []).canary.metadata.name).toBe('shop')
  },
)

test('a mirror and a route by header are carried over where they are all there is', () => {
  const mirror = [{ setMirrorRoute: { name: 'm', percentage: 35 } }, ...steps]
  expect(
    importRollout(rollout({ canary: { ...byIstio, steps: mirror } }), []).canary,
  ).toMatchObject({ spec: { analysis: { mirror: true, mirrorWeight: 35 } } })
  const header = [
    {
      setHeaderRoute: {
        match: [{ headerName: 'x-canary', headerValue: { exact: 'insider' } }],
      },
    },
    { pause: {} },
  ]
  const tested = importRollout(rollout({ canary: { ...byIstio, steps: header } }), [])
  expect(tested.canary).toMatchObject({
    spec: {
      analysis: { iterations: 10, match: [{ headers: { 'x-canary': { exact: 'insider' } } }] },
    },
  })
})

const byHeader = { headerName: 'x-canary', headerValue: { exact: 'insider' } }

test('the Service of the name of the Rollout is the one that users call, where none is named', () => {
  const { stableService: _, ...canary } = byIstio
  const imported = importRollout(rollout({ canary }), [service('shop')])
  expect(imported.canary).toMatchObject({ spec: { service: { port: 80, targetPort: 8080 } } })
})

test('a pace of its own, and an analysis that is one step of several, are told', () => {
  const withAnalysis = [...steps.slice(0, 4), { analysis }, ...steps.slice(4)]
  const canary = { ...byIstio, steps: withAnalysis }
  const imported = importRollout(rollout({ canary }), [template95()])
  expect(changed(imported)).toEqual([
    'spec.strategy.canary.steps[4].analysis: its metrics are checked at every step, and not at this one alone',
    'AnalysisTemplate success-rate, metric success: was measured every 1m, and is once in each interval (2m)',
  ])
  const alike = template95({ interval: '120s' })
  const background = importRollout(rollout({ canary: { ...byIstio, analysis } }), [alike])
  expect(changed(background)).toEqual([])
})

test('arguments stand in an address as well', () => {
  const prometheus = { address: 'http://{{args.prom}}:9090', query: 'up' }
  const given = (args: object[]) => {
    const uses = { ...analysis, args: [...analysis.args, ...args] }
    const around = [template95({ provider: { prometheus } }, { args: [{ name: 'prom' }] })]
    return importRollout(rollout({ canary: { ...byIstio, analysis: uses } }), around)
  }
  const imported = given([{ name: 'prom', value: 'metrics' }])
  expect(imported.others.at(-1)).toMatchObject({
    spec: { provider: { address: 'http://metrics:9090' } },
  })
  expect(essential(imported)).toEqual([])
  expect(essential(given([])).join()).toContain(
    'is made of the argument "prom", which has no value',
  )
})

test('what a Rollout says of itself is carried over or told', () => {
  const given = rollout({ canary: byIstio }, { paused: true, rollbackWindow: { revisions: 3 } })
  given.metadata.annotations = {
    'argocd.argoproj.io/sync-wave': '2',
    'rollout.argoproj.io/revision': '7',
    'notifications.argoproj.io/subscribe.on-rollout-completed.slack': 'ops',
  }
  const imported = importRollout(given, [])
  expect(imported.others[0]?.metadata.annotations).toEqual({ 'argocd.argoproj.io/sync-wave': '2' })
  const told = imported.remarks.map(({ weight, field }) => `${weight} ${field}`)
  expect(told).toEqual(
    expect.arrayContaining([
      'todo spec.paused',
      'lost spec.rollbackWindow',
      'lost metadata.annotations',
    ]),
  )
})

test.each([
  ['ReplicaSet', true],
  ['Deployment', false],
])('a Rollout may refer to a %s: told as lost is %s', (kind, isLost) => {
  const workloadRef = { apiVersion: 'apps/v1', kind, name: 'shop-web' }
  const spec = { workloadRef, template: undefined, selector: undefined }
  const imported = importRollout(rollout({ canary: byIstio }, spec), [])
  const told = essential(imported).some((one) => one.startsWith(`it refers to a ${kind}`))
  expect(told).toBe(isLost)
})

test('a promotion that comes by itself after a while waits at no gate', () => {
  const blueGreen = { activeService: 'shop', autoPromotionEnabled: false, autoPromotionSeconds: 30 }
  const imported = importRollout(rollout({ blueGreen }), [service('shop')])
  expect(imported.canary).toMatchObject({ spec: { analysis: { interval: '30s' } } })
  expect(imported.canary).not.toHaveProperty('spec.analysis.webhooks')
})

test.each([
  ['a test by header', [{ setHeaderRoute: { match: [] } }, { pause: {} }], ['confirm-rollout']],
  [
    'a test by header that is all there is',
    [{ setHeaderRoute: { match: [byHeader] } }, { pause: {} }],
    ['confirm-promotion'],
  ],
  [
    'copied requests',
    [{ setMirrorRoute: { percentage: 50 } }, { pause: {} }],
    ['confirm-traffic-increase'],
  ],
])('a pause without an end behind %s asks where it asked before', (_, given, types) => {
  const imported = importRollout(rollout({ canary: { ...byIstio, steps: given } }), [])
  const webhooks = types.map((type) => ({ type }))
  expect(imported.canary).toMatchObject({ spec: { analysis: { webhooks } } })
})

test('what splits the traffic nowhere here is not taken for the number of pods', () => {
  const canary = { ...byIstio, trafficRouting: { ambassador: {} } }
  const told = essential(importRollout(rollout({ canary }), [])).join()
  expect(told).toContain('weights need a mesh or an ingress here (--provider)')
  expect(told).not.toContain('number of pods')
})

test('a Service of the name that the controller gives is taken over', () => {
  const told = (canaryService: string) =>
    importRollout(rollout({ canary: { ...byIstio, canaryService } }), [])
      .remarks.filter(({ field }) => field === `Service ${canaryService}`)
      .map(({ message }) => message)
  expect(told('shop-stable-canary')).toEqual(['will be taken over by the controller'])
  expect(told('shop-preview')).toEqual([
    'is not used any more: the controller makes shop-stable-canary in its place',
  ])
})
