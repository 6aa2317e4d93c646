import { expect, test } from 'vitest'
import { validate } from '../../../../src/inspection/validate.ts'
import { parsed } from '../resource.ts'

const problemsOf = (spec: Record<string, unknown>) =>
  validate(parsed({ spec }), { noCrossNamespaceRefs: false })
const target = (name: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', name })
const prefix = 'canary podinfo.test: '
const remedy =
  'set spec.service.name to at most 55 characters of a to z, 0 to 9 and -, a letter first'
const long = (length: number) => 'n'.repeat(length)

test('a name that leaves no room for the suffix of a Service is told with the remedy', () => {
  expect(problemsOf({ targetRef: target(long(56)) })).toEqual([
    `${prefix}spec.targetRef.name ${long(56)} has 56 characters, and -primary needs 8 of the 63 ` +
      `that a Service may have; ${remedy}`,
  ])
  expect(problemsOf({ targetRef: target(long(55)) })).toEqual([])
  expect(problemsOf({ targetRef: target(long(56)), service: { port: 80, name: 'a' } })).toEqual([])
  expect(problemsOf({ service: { port: 80, name: long(56) } })).toEqual([
    expect.stringContaining('spec.service.name nnn'),
  ])
})

test('a name that no Service may have is told, one that newer servers take is not', () => {
  expect(problemsOf({ targetRef: target('web.v2') })).toEqual([
    `${prefix}spec.targetRef.name web.v2 has a dot, which no Service may have; ${remedy}`,
  ])
  expect(problemsOf({ service: { port: 80, name: 'Web' } })).toEqual([
    `${prefix}spec.service.name Web is no name of a Service; ${remedy}`,
  ])
  expect(problemsOf({ targetRef: target('2048') })).toEqual([])
})

test.each([
  [
    'targetRef',
    target(long(246)),
    '-primary needs 8 of 253; give the object a name of at most 245',
  ],
  [
    'ingressRef',
    { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: long(247) },
    '-canary needs 7 of 253; give the object a name of at most 246',
  ],
])('%s of a name that leaves no room for that of its copy is told', (field, ref, why) => {
  const problems = problemsOf({ service: { port: 80, name: 'a' }, [field]: ref })
  expect(problems).toEqual([expect.stringMatching(`^${prefix}spec.${field}.name has .*${why}$`)])
})

test.each([
  [{ port: 70000 }, 'spec.service.port 70000 is no port; set it to at most 65535'],
  [{ portName: 'Web' }, 'spec.service.portName "Web" is no name of a port'],
  [{ portName: long(64) }, 'is no name of a port'],
  [
    { targetPort: 'container-port-80' },
    'spec.service.targetPort "container-port-80" is no port of',
  ],
  [{ targetPort: '8080' }, 'is no port of a container; set its number'],
  [{ targetPort: 'a--b' }, 'is no port of a container'],
  [{ targetPort: 70000 }, 'is no port of a container'],
  [{ appProtocol: 'a b' }, 'spec.service.appProtocol "a b" is none'],
  [
    { apex: { labels: { team: 'a b' } } },
    'spec.service.apex.labels has team: "a b", which no label',
  ],
  [{ canary: { labels: { 'a b': 'c' } } }, 'spec.service.canary has the key "a b", which is none'],
  [{ primary: { annotations: { 'x/y/z': 'c' } } }, 'has the key "x/y/z", which is none'],
])('what the API server would refuse of the Services is told: %j', (service, why) => {
  expect(problemsOf({ service: { port: 80, ...service } })).toEqual([expect.stringContaining(why)])
})

test('what it takes is not told', () => {
  const service = {
    port: 80,
    portName: 'http-2',
    targetPort: 'http-web',
    appProtocol: 'kubernetes.io/h2c',
    apex: { labels: { 'a.b/c_d': 'X.y_1', e: '' }, annotations: { 'Example.com/X': 'any thing' } },
  }
  expect(problemsOf({ service })).toEqual([])
  for (const targetPort of [0, '0', 8080])
    expect(problemsOf({ service: { port: 80, targetPort } })).toEqual([])
})
