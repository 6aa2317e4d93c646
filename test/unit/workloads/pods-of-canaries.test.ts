/** What the pods of the primary and of the canary get beside the template: affinity, ports, settings. */
import { describe, expect, test } from 'vitest'
import { canaryPlacement, stripPlacement } from '../../../src/workloads/copied/placement.ts'
import { workloadFor } from '../../../src/workloads/index.ts'
import { rewriteAffinity } from '../../../src/workloads/pods/affinity.ts'
import { discoverPorts } from '../../../src/workloads/pods/ports.ts'
import { canary, context, deployment } from './builders.ts'

describe('discovered ports', () => {
  const containers = [
    {
      name: 'podinfo',
      ports: [
        { name: 'http', containerPort: 9898 },
        { name: 'http-metrics', containerPort: 8080 },
        { containerPort: 8888 },
      ],
    },
    { name: 'istio-proxy', ports: [{ containerPort: 15090 }] },
  ]
  const short = (main: Parameters<typeof discoverPorts>[1], of = containers) =>
    discoverPorts(of, main).map(({ name, port, protocol }) => `${name} ${port}/${protocol}`)

  test('are all but the main one', () => {
    const want = ['http-metrics 8080/TCP', 'tcp-podinfo-2 8888/TCP']
    expect(short({ port: 9898 })).toEqual(want)
    expect(short({ port: 80, targetPort: 9898 })).toEqual(want)
  })

  test('keep their name and protocol', () => {
    const dns = [
      {
        name: 'dns',
        ports: [
          { name: 'http', containerPort: 8000 },
          { name: 'dns', containerPort: 53, protocol: 'UDP' },
          { containerPort: 54, protocol: 'UDP' },
        ],
      },
    ]
    expect(short({ port: 80, targetPort: 8080 }, dns)).toEqual([
      'http 8000/TCP',
      'dns 53/UDP',
      'udp-dns-2 54/UDP',
    ])
  })

  test('of a container with a long name are named after their number', () => {
    const long = [{ name: 'c'.repeat(58), ports: [{ containerPort: 8000 }] }]
    expect(short({ port: 80 }, long)).toEqual(['tcp-8000 8000/TCP'])
  })
})

describe('affinity', () => {
  const values = { web: 'web-primary', 'web-svc': 'web-svc-primary' }
  const rewrite = { own: {}, keys: ['app'], values }
  const selecting = (labelSelector: object) => ({ labelSelector, topologyKey: 'zone' })
  const rewritten = (labelSelector: object) => {
    const spec = rewriteAffinity(
      {
        containers: [],
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [selecting(labelSelector)],
            preferredDuringSchedulingIgnoredDuringExecution: [
              { podAffinityTerm: selecting(labelSelector) },
            ],
          },
        },
        topologySpreadConstraints: [selecting(labelSelector)],
      },
      rewrite,
    )
    const rules = spec.affinity?.podAntiAffinity
    const [required] = rules?.requiredDuringSchedulingIgnoredDuringExecution ?? []
    const [preferred] = rules?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    const [spread] = spec.topologySpreadConstraints ?? []
    expect(preferred?.podAffinityTerm).toEqual(required)
    expect(spread).toEqual(required)
    return required?.labelSelector
  }

  test('speaks of the primary, by name or by label', () => {
    expect(rewritten({ matchLabels: { app: 'web', tier: 'web' } })).toEqual({
      matchLabels: { app: 'web-primary', tier: 'web' },
    })
    expect(rewritten({ matchLabels: { app: 'web-svc' } })).toEqual({
      matchLabels: { app: 'web-svc-primary' },
    })
  })

  test('keeps all but the first match of an expression', () => {
    const expression = { key: 'app', operator: 'In', values: ['other', 'web', 'web'] }
    expect(rewritten({ matchExpressions: [expression, { ...expression, key: 'tier' }] })).toEqual({
      matchExpressions: [
        { ...expression, values: ['other', 'web-primary', 'web'] },
        { ...expression, key: 'tier' },
      ],
    })
  })
})

describe('settings of the canary pods only', () => {
  const spot = {
    nodeSelector: { pool: 'spot' },
    tolerations: [{ key: 'spot', operator: 'Exists' }],
  }
  const placing = canary({ analysis: { canaryAnalysis: { templateVariables: spot } } })
  const target = deployment({ pods: { nodeSelector: { pool: 'on-demand' } } })
  const placed = canaryPlacement(target, placing)

  test('replace the target’s own, and are no revision', () => {
    expect(placed.spec.template.spec).toMatchObject(spot)
    expect(stripPlacement(placed)).toEqual(target)
    const of = (found: typeof target) => context([found], { canary: placing })
    const read = (found: typeof target) => workloadFor(placing).observe(of(found))
    expect(read(placed).revision).toBe(read(target).revision)
    expect(workloadFor(placing).initialize(of(placed))[0]).toMatchObject({
      spec: { template: { spec: { nodeSelector: { pool: 'on-demand' } } } },
    })
  })

  test('are there from scaling up to scaling down', () => {
    const full = workloadFor(placing).scale(context([target], { canary: placing }), 'full')
    expect(full).toEqual([placed])
    const again = workloadFor(placing).scale(context([placed], { canary: placing }), 'full')
    expect(again).toEqual([])
    const zero = workloadFor(placing).scale(context([placed], { canary: placing }), 'zero')
    expect(zero).toEqual([{ ...target, spec: { ...target.spec, replicas: 0 } }])
  })

  test('give way to what the user wrote since', () => {
    const edited = structuredClone(placed)
    edited.spec.template.spec.nodeSelector = { pool: 'new' }
    expect(stripPlacement(edited).spec.template.spec.nodeSelector).toEqual({ pool: 'new' })
    expect(stripPlacement(edited).spec.template.spec).not.toHaveProperty('tolerations')
  })

  test('label the canary pods beside the labels of the user, but never against the selector', () => {
    const labels = { version: 'canary', app: 'other' }
    const labelling = canary({ analysis: { canaryAnalysis: { templateVariables: { labels } } } })
    const template = (found: typeof target) => found.spec.template.metadata?.labels
    const stable = deployment()
    stable.spec.template.metadata = { labels: { app: 'podinfo', version: 'v1', team: 'a' } }
    const labelled = canaryPlacement(stable, labelling)
    expect(template(labelled)).toEqual({ app: 'podinfo', version: 'canary', team: 'a' })
    expect(stripPlacement(labelled)).toEqual(stable)
    expect(canaryPlacement(labelled, labelling)).toEqual(labelled)

    const plain = deployment()
    const added = canaryPlacement(plain, labelling)
    expect(template(added)).toEqual({ ...template(plain), version: 'canary' })
    expect(stripPlacement(added)).toEqual(plain)

    const edited = structuredClone(labelled)
    edited.spec.template.metadata = { labels: { app: 'podinfo', version: 'v2' } }
    expect(template(stripPlacement(edited))).toEqual({ app: 'podinfo', version: 'v2' })
  })

  test('are no reason to touch a target without them', () => {
    expect(canaryPlacement(target, canary())).toBe(target)
  })

  test('survive a broken annotation', () => {
    const broken = deployment({ annotations: { 'flagger.app/canary-placement': '{' } })
    expect(stripPlacement(broken)).toBe(broken)
  })
})
