import { describe, expect, test } from 'vitest'
import {
  type LivePort,
  portsOver,
  wantedPorts,
} from '../../../../src/routers/services/service-ports.ts'
import { type ContextOf, contextOf } from '../../../conformance/routers/fixtures.ts'

type Service = NonNullable<NonNullable<ContextOf['spec']>['service']>

function portsOf(
  service: Service,
  discoveredPorts: { name: string; port: number; protocol?: string }[] = [],
  taken: LivePort[] = [],
) {
  const { canary } = contextOf({ spec: { service } })
  const discovered = discoveredPorts.map((port) => {
    return { protocol: 'TCP', targetPort: port.port, ...port }
  })
  return wantedPorts(canary, { discovered, taken })
}

test.each([
  [{ port: 80 }, { name: 'http', port: 80, targetPort: 80 }],
  [
    { port: 80, targetPort: 8080 },
    { name: 'http', port: 80, targetPort: 8080 },
  ],
  [
    { port: 80, targetPort: 'web' },
    { name: 'http', port: 80, targetPort: 'web' },
  ],
  [
    { port: 80, targetPort: 0 },
    { name: 'http', port: 80, targetPort: 80 },
  ],
  [
    { port: 80, targetPort: '0' },
    { name: 'http', port: 80, targetPort: 80 },
  ],
  [
    { port: 80, portName: 'grpc' },
    { name: 'grpc', port: 80, targetPort: 80 },
  ],
] as const)('%j gives port %j', (service, wanted) => {
  expect(portsOf(service)).toEqual([{ ...wanted, protocol: 'TCP' }])
})

test('the application protocol is on the first port only', () => {
  const ports = portsOf({ port: 80, appProtocol: 'http2' }, [{ name: 'metrics', port: 9797 }])
  expect(ports.map(({ appProtocol }) => appProtocol)).toEqual(['http2', undefined])
})

test('a discovered port with a number that is taken is left out', () => {
  const ports = portsOf({ port: 8080, targetPort: 'http' }, [
    { name: 'http-metrics', port: 8080 },
    { name: 'dns', port: 8080, protocol: 'UDP' },
  ])
  expect(ports.map(({ name }) => name)).toEqual(['http', 'dns'])
})

test('a discovered port with a name that is taken gets another', () => {
  const ports = portsOf({ port: 80, targetPort: 8080 }, [{ name: 'http', port: 9898 }])
  expect(ports.map(({ name, port }) => [name, port])).toEqual([
    ['http', 80],
    ['http-9898', 9898],
  ])
})

test('a discovered port keeps in its new name what the old one said of its protocol', () => {
  const ports = portsOf({ port: 9090, targetPort: 9090 }, [
    { name: 'http', port: 9003 },
    { name: 'mcp-server', port: 8081 },
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns', port: 53, protocol: 'TCP' },
  ])
  expect(ports.map(({ name, port, protocol }) => `${name} ${port}/${protocol}`)).toEqual([
    'http 9090/TCP',
    'http-9003 9003/TCP',
    'mcp-server 8081/TCP',
    'dns 53/UDP',
    'dns-53 53/TCP',
  ])
})

describe('a Service that was taken over', () => {
  const taken: LivePort[] = [
    { name: 'web', port: 5000, protocol: 'TCP', targetPort: 'web', nodePort: 30500 },
    { name: 'metrics', port: 9090, protocol: 'TCP', targetPort: 'metrics', appProtocol: 'http' },
  ]
  const plain = (ports: LivePort[]) => ports.map(({ nodePort: _, ...port }) => port)

  test('keeps ports, names and target ports that nobody asked to change', () => {
    expect(portsOf({ port: 5000 }, [], taken)).toEqual(plain(taken))
  })

  test('gets what is asked for', () => {
    const asked = { port: 5000, portName: 'http', targetPort: 8080, appProtocol: 'http2' } as const
    expect(portsOf(asked, [], taken)[0]).toEqual({
      name: 'http',
      port: 5000,
      protocol: 'TCP',
      targetPort: 8080,
      appProtocol: 'http2',
    })
  })

  test('keeps its ports beside one of another number, under a name of its own', () => {
    const live = [{ name: 'http', port: 80, targetPort: 8080 }]
    const names = (ports: LivePort[]) => ports.map(({ name, port }) => `${name} ${port}`)
    expect(names(portsOf({ port: 8080 }, [], live))).toEqual(['http-8080 8080', 'http 80'])
    expect(names(portsOf({ port: 8080, portName: 'http' }, [], live))).toEqual(['http 8080'])
    expect(names(portsOf({ port: 80, portName: 'metrics' }, [], [...live, ...taken]))).toEqual([
      'metrics 80',
      'web 5000',
      'metrics-9090 9090',
    ])
  })

  test('has a port without a name named, since there are several now', () => {
    const live = [{ port: 80, targetPort: 8080 }]
    const ports = portsOf({ port: 8080 }, [], live)
    expect(ports.map(({ name }) => name)).toEqual(['http', 'port-80'])
    expect(portsOf({ port: 80 }, [], live)).toEqual([
      { name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 },
    ])
  })
})

test('without a port, the message names the field', () => {
  expect(() => portsOf({ port: 0 })).toThrow(/canary podinfo\.test: spec\.service\.port is missing/)
})

test('live ports in another order are left alone', () => {
  const live = [
    { name: 'b', port: 2, protocol: 'TCP', targetPort: 2, nodePort: 30002 },
    { name: 'a', port: 1, targetPort: 1, nodePort: 30001 },
  ]
  const wanted = [
    { name: 'a', port: 1, protocol: 'TCP', targetPort: 1 },
    { name: 'b', port: 2, protocol: 'TCP' },
  ]
  expect(portsOver(live, wanted)).toEqual(live)
})

test('node ports follow the name of a port, or else its number', () => {
  const live = [
    { name: 'http', port: 80, targetPort: 80, nodePort: 30080 },
    { port: 9090, targetPort: 9090, nodePort: 30090 },
  ]
  const wanted = [
    { name: 'http', port: 8080, protocol: 'TCP', targetPort: 80 },
    { name: 'metrics', port: 9090, protocol: 'TCP', targetPort: 9090 },
    { name: 'new', port: 80, protocol: 'TCP', targetPort: 81 },
  ]
  expect(portsOver(live, wanted).map(({ nodePort }) => nodePort)).toEqual([30080, 30090, undefined])
})
