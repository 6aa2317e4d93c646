/** Container ports that the generated Services offer beside their main port. */
import type { Container } from './pod-template.ts'
import type { ServicePort } from './workload.ts'

interface MainPort {
  port: number
  portName?: string | undefined
  targetPort?: number | string | undefined
}

/** Their ports are of no use to callers. */
const sidecars = ['istio-proxy', 'envoy']

/**
 * Every port of the containers but the main one. Protocols are the containers' own; a port whose
 * number is taken is left out, and one whose name is taken is named after its container, because
 * the API server refuses a Service with either twice.
 */
export function discoverPorts(containers: readonly Container[], main: MainPort): ServicePort[] {
  const found: ServicePort[] = []
  const names = new Set([main.portName || 'http'])
  const numbers = new Set([`TCP/${main.port}`])
  for (const { container, index, port } of offered(containers)) {
    if (isMain(port, main)) continue
    const protocol = port.protocol ?? 'TCP'
    const number = `${protocol}/${port.containerPort}`
    if (numbers.has(number)) continue
    const plain = port.name
    const name =
      plain && !names.has(plain) ? plain : `${protocol.toLowerCase()}-${container}-${index}`
    names.add(name)
    numbers.add(number)
    found.push({ name, port: port.containerPort, targetPort: port.containerPort, protocol })
  }
  return found
}

function offered(containers: readonly Container[]) {
  return containers
    .filter(({ name }) => !sidecars.includes(name))
    .flatMap(({ name, ports = [] }) =>
      ports.map((port, index) => ({ container: name, index, port })),
    )
}

function isMain(
  { name, containerPort }: { name?: string; containerPort: number },
  { port, targetPort }: MainPort,
): boolean {
  if (isUnset(targetPort)) return containerPort === port
  return typeof targetPort === 'number' ? containerPort === targetPort : name === targetPort
}

/** Zero and an empty text are how an unset port reads once Go has written it. */
export function isUnset(targetPort: number | string | undefined): targetPort is undefined {
  return targetPort === undefined || targetPort === '' || String(targetPort) === '0'
}
