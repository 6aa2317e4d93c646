import { expect, test } from 'vitest'
import { discoverPorts, unknownPort } from '../../../../src/workloads/pods/ports.ts'

const containers = [
  { name: 'app', ports: [{ name: 'http', containerPort: 9898 }, { containerPort: 8888 }] },
]

test.each([undefined, 0, '0', ''])(
  'a target port of %j is the port of the Service',
  (targetPort) => {
    expect(discoverPorts(containers, { port: 9898, targetPort })).toEqual([
      { name: 'tcp-app-1', port: 8888, targetPort: 8888, protocol: 'TCP' },
    ])
  },
)

test.each([
  ['http', ['tcp-app-1']],
  [8888, ['http']],
  ['other', ['http', 'tcp-app-1']],
])('the port %j is the main one, and is not offered twice', (targetPort, names) => {
  const found = discoverPorts(containers, { port: 80, targetPort })
  expect(found.map(({ name }) => name)).toEqual(names)
})

test('a target port by a name that no container has is told, with the names that there are', () => {
  expect(unknownPort(containers, { targetPort: 'web' }, 'deployment shop')).toBe(
    'spec.service.targetPort web is no port of deployment shop, which has http: its Services lead ' +
      'nowhere unless something else adds it; correct the one or the other',
  )
  for (const targetPort of ['http', 8080, '8080', undefined])
    expect(unknownPort(containers, { targetPort }, 'deployment shop')).toBeUndefined()
})
