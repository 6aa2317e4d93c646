/** Ports of the generated Services. */
import type { Canary } from '../canary/canary.ts'
import { InvalidSpecError } from '../errors.ts'
import { isUnset } from '../workloads/ports.ts'
import type { ServicePort, WorkloadFacts } from '../workloads/workload.ts'

/** A port as the API server stores it. */
export interface LivePort {
  name?: string
  port: number
  protocol?: string
  targetPort?: number | string
  appProtocol?: string
  nodePort?: number
}

/** The port of `spec.service`, then the discovered ones that do not collide with one before. */
export function wantedPorts(canary: Canary, facts: WorkloadFacts): ServicePort[] {
  const { service } = canary.spec
  if (!service || service.port < 1) {
    throw new InvalidSpecError(
      `canary ${canary.label}: spec.service.port is missing; set it to the port of the Services`,
    )
  }
  const { port, portName, targetPort, appProtocol } = service
  const main: ServicePort = {
    name: portName || 'http',
    protocol: 'TCP',
    port,
    targetPort: isUnset(targetPort) ? port : targetPort,
    ...(appProtocol ? { appProtocol } : {}),
  }
  return facts.discoveredPorts.reduce(addPort, [main])
}

/**
 * The wanted ports with what the API server assigned. Ports that differ from the live ones only
 * in their order are given as they are live: there is nothing to write.
 */
export function portsOver(live: readonly LivePort[], wanted: readonly LivePort[]): LivePort[] {
  const taken = new Set<number>()
  const ports = wanted.map((port) => {
    const nodePort = nodePortFor(port, live)
    if (nodePort === undefined || taken.has(nodePort)) return port
    taken.add(nodePort)
    return { ...port, nodePort }
  })
  return sameSet(live, ports) ? [...live] : ports
}

/** The API server refuses a Service in which a number or a name stands twice. */
function addPort(ports: ServicePort[], next: ServicePort): ServicePort[] {
  const { port, protocol, name } = next
  if (ports.some((other) => other.port === port && other.protocol === protocol)) return ports
  const names = [name, `${name}-${port}`, `${name}-${port}-${protocol.toLowerCase()}`]
  const free = names.find((candidate) => !ports.some((other) => other.name === candidate))
  return free === undefined ? ports : [...ports, { ...next, name: free }]
}

/** By name, as Flagger does; or by number, so that a port without a name keeps its own as well. */
function nodePortFor(port: LivePort, live: readonly LivePort[]): number | undefined {
  const byName = live.find(({ name }) => name === port.name)
  const byNumber = live.find(
    (other) => other.port === port.port && protocolOf(other) === protocolOf(port),
  )
  return (byName ?? byNumber)?.nodePort || undefined
}

function sameSet(some: readonly LivePort[], others: readonly LivePort[]): boolean {
  const texts = (ports: readonly LivePort[]) => JSON.stringify(ports.map(canonical).sort())
  return texts(some) === texts(others)
}

function canonical(of: LivePort): string {
  const { name = '', port, targetPort = port, appProtocol = '', nodePort = 0 } = of
  return JSON.stringify([port, name, protocolOf(of), targetPort, appProtocol, nodePort])
}

const protocolOf = ({ protocol = 'TCP' }: LivePort): string => protocol
