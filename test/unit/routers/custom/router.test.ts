import { describe, expect, test } from 'vitest'
import { merged } from '../../../../src/routers/custom/merged.ts'
import { parsePath, valueAt } from '../../../../src/routers/custom/path.ts'
import { custom } from '../../../../src/routers/custom/router.ts'
import type { Specified } from '../../../../src/routers/metadata.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { type ContextOf, contextOf } from '../../../conformance/routers/fixtures.ts'

const split: Routes = { primary: 70, canary: 30, mirrored: false }
const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }
const toCanary: Routes = { primary: 0, canary: 100, mirrored: false }

const objects = `
apiVersion: proxy.example.com/v1
kind: Split
metadata:
  name: {{ service }}
spec:
  backends:
    - name: {{ primary }}
      weight: {{ primaryWeight }}
    {{- if gt canaryWeight 0 }}
    - name: {{ canary }}
      weight: {{ canaryWeight }}
    {{- end }}
`
const canaryWeight = 'spec.backends[1].weight'

function contextFor(data: Record<string, string> | undefined, of: ContextOf = {}) {
  const config = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'mine', namespace: 'test' },
    data,
  }
  const cluster = [...(data ? [config] : []), ...(of.cluster ?? [])]
  return contextOf({ provider: 'custom:mine', ...of, cluster })
}

function written(data: Record<string, string>, routes = split, of: ContextOf = {}): Specified {
  const [object] = custom.render(contextFor(data, of), routes) as Specified[]
  if (!object) throw new Error('nothing was written')
  return object
}

test('an idle canary may be left out, and what a template leaves out goes', () => {
  const data = { objects, canaryWeight }
  const now = written(data)
  expect(now.spec).toEqual({
    backends: [
      { name: 'podinfo-primary', weight: 70 },
      { name: 'podinfo-canary', weight: 30 },
    ],
  })
  expect(custom.routes(contextFor(data, { cluster: [now] }))).toEqual(split)
  const idle = written(data, toPrimary, { cluster: [now] })
  expect(idle.spec).toEqual({ backends: [{ name: 'podinfo-primary', weight: 100 }] })
  expect(custom.routes(contextFor(data, { cluster: [idle] }))).toEqual(toPrimary)
})

test('a weight may be a text in an annotation, and several objects are parted by ---', () => {
  const data = {
    objects: `
apiVersion: proxy.example.com/v1
kind: Policy
metadata:
  name: {{ name }}
  annotations:
    example.com/weight: "{{ canaryWeight }}"
---
apiVersion: proxy.example.com/v1
kind: Split
metadata: { name: {{ name }}-of-{{ target }} }
`,
    canaryWeight: 'metadata.annotations["example.com/weight"]',
  }
  const all = custom.render(contextFor(data), split)
  expect(all.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'Policy podinfo',
    'Split podinfo-of-podinfo',
  ])
  expect(custom.routes(contextFor(data, { cluster: all }))).toEqual(split)
})

describe('A/B', () => {
  const match = [{ headers: { 'x-canary': { exact: 'yes' } } }]
  const analysis = { iterations: 2, stepWeight: 0, match }
  const tested = {
    canaryWeight,
    objects: `${objects}
  conditions:
  {{- range match }}{{ range $name, $is := .headers }}
    - { header: {{ $name }}, exact: {{ printf "%q" $is.exact }}, prefix: "{{ $is.prefix }}" }
  {{- end }}{{ end }}
`,
  }

  test('conditions are there while requests that meet them go to the canary, and no longer', () => {
    const { spec } = written(tested, toCanary, { analysis })
    expect(spec?.conditions).toEqual([{ header: 'x-canary', exact: 'yes', prefix: '' }])
    expect(written(tested, toPrimary, { analysis }).spec?.conditions).toBeNull()
  })

  test('only a template that makes something of them is taken for able', () => {
    expect(custom.abilities(contextFor(tested, { analysis })).match).toBe(true)
    const plain = contextFor({ objects, canaryWeight }, { analysis })
    expect(custom.abilities(plain).match).toBe(false)
  })

  test('a weight for some users is refused where the template would give it to all', () => {
    const of = { analysis: { match, stepWeight: 10 } }
    expect(() => written({ objects, canaryWeight }, split, of)).toThrow(
      'canary podinfo.test: spec.analysis.match has no place in the template of ConfigMap mine.test; ' +
        'use match there, or remove it',
    )
  })
})

test.each([
  ['is not there', undefined, 'ConfigMap mine.test is not there, which says how provider custom:'],
  ['has no template', { canaryWeight }, 'ConfigMap mine.test has no key objects; put the template'],
  ['names no place', { objects }, 'ConfigMap mine.test: key canaryWeight is missing; write where'],
  [
    'names a wrong place',
    { objects, canaryWeight: 'a[' },
    '"a[" is no path; write where the first',
  ],
  ['calls what is not there', { objects: '{{ secret }}', canaryWeight }, `function "secret" not`],
  ['makes no YAML', { objects: 'a: [', canaryWeight }, 'is no YAML'],
  ['makes nothing', { objects: '# nothing', canaryWeight }, 'makes no object; let it make at'],
  [
    'makes no object',
    { objects: 'a: 1', canaryWeight },
    'makes an object without apiVersion, kind or metadata.name; give it these',
  ],
  [
    'reaches into another namespace',
    { objects: objects.replace('name:', 'namespace: other\n  name:'), canaryWeight },
    'makes Split podinfo in another namespace; leave out metadata.namespace',
  ],
  ...[
    'rbac.authorization.k8s.io/v1',
    'apps/v1',
    'v1',
    'networking.istio.io/v1beta1',
    'flagger.app/v1beta1',
  ].map((apiVersion): [string, Record<string, string>, string] => [
    `writes ${apiVersion}`,
    { objects: objects.replace('proxy.example.com/v1', apiVersion), canaryWeight },
    `makes a Split of ${apiVersion}, which is not for templates`,
  ]),
  [
    'grows without end',
    {
      objects: `${objects}x: [&a [1,1,1,1,1,1,1,1,1,1], &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a], &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b], &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c], [*d,*d,*d,*d]]`,
      canaryWeight,
    },
    'makes more than 20000 fields; make fewer',
  ],
])('a ConfigMap that %s holds the canary with a sentence', (_, data, sentence) => {
  const context = contextFor(data)
  expect(() => custom.render(context, split)).toThrow(sentence)
  expect(custom.reads(context)).toEqual([
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', name: 'mine' },
  ])
})

test('a weight that is none is said so, with the place', () => {
  const data = { objects, canaryWeight }
  const now = written(data)
  const spec = { backends: [{}, { weight: 'many' }] }
  expect(() =>
    custom.routes(contextFor(data, { cluster: [{ ...now, spec } as Specified] })),
  ).toThrow(
    'Split podinfo.test has no weight at spec.backends.1.weight; correct it, or the key canaryWeight',
  )
})

test('paths are names, numbers and texts in quotes', () => {
  expect(parsePath('a.b-c[10]["x.y/z"].d')).toEqual(['a', 'b-c', 10, 'x.y/z', 'd'])
  for (const text of ['', '.', 'a..b', 'a[b]', 'a b', '[1']) expect(parsePath(text)).toBeUndefined()
  expect(valueAt({ a: [{ b: 1 }] }, ['a', 0, 'b'])).toBe(1)
  expect(valueAt({ a: 1 }, ['a', 'toString'])).toBeUndefined()
})

test('fields of others stay, and those wanted no more go', () => {
  const live = { a: 1, ours: 1, deep: { theirs: 1, ours: 1 }, list: [{ x: 1, theirs: 1 }] }
  const last = { ours: 1, deep: { ours: 1 }, list: [{ x: 1 }] }
  expect(merged(live, last, { deep: {}, list: [{ x: 2 }] })).toEqual({
    a: 1,
    deep: { theirs: 1 },
    list: [{ x: 2, theirs: 1 }],
  })
})
