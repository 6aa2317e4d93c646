/** Ports of the generated Services. */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import { isUnset } from '../../workloads/pods/ports.ts'
import type { ServicePort } from '../../workloads/workload.ts'

/** A port as the API server stores it. */
export interface LivePort {
  name?: string
  port: number
  protocol?: string
  targetPort?: number | string
  appProtocol?: string
  nodePort?: number
}

/** What a Service may have beside the port of `spec.service`. */
export interface Beside {
  /** Of the Service that users call, where somebody else made it: nobody asked to change these. */
  taken?: readonly LivePort[]
  /** Of the containers, where `portDiscovery` asks for them. */
  discovered?: readonly ServicePort[]
}

/**
 * The port of `spec.service`, the further ports of a Service that was taken over, then the
 * discovered ones that do not collide with one before.
 */
export function wantedPorts(
  canary: Canary,
  { taken = [], discovered = [] }: Beside,
): ServicePort[] {
  const main = mainPort(canary, taken)
  // A port that gets another number is known by its name, where that is asked for.
  const isMoved = canary.spec.service?.portName && !taken.some((port) => isSamePort(port, main))
  const further = taken
    .filter((port) => !isSamePort(port, main) && !(isMoved && port.name === main.name))
    .map(whole)
  return [...further, ...discovered].reduce(addPort, [main])
}

function mainPort({ label, spec }: Canary, taken: readonly LivePort[]): ServicePort {
  const { service } = spec
  if (!service || service.port < 1) {
    throw new InvalidSpecError(
      `canary ${label}: spec.service.port is missing; set it to the port of the Services`,
    )
  }
  const { port, portName, targetPort, appProtocol } = service
  const live = taken.find((other) => isSamePort(other, { port, protocol: 'TCP' }))
  const isTaken = taken.some(({ name }) => name === 'http')
  const given = whole({ protocol: 'TCP', ...live, port })
  return {
    ...given,
    name: portName || live?.name || (isTaken ? `http-${port}` : 'http'),
    ...(isUnset(targetPort) ? {} : { targetPort }),
    ...(appProtocol ? { appProtocol } : {}),
  }
}

/** A port with its defaults, and without the node port, which belongs to one Service alone. */
function whole({ nodePort: _, ...port }: LivePort): ServicePort {
  const { name = `port-${port.port}`, protocol = 'TCP', targetPort } = port
  return { ...port, name, protocol, targetPort: isUnset(targetPort) ? port.port : targetPort }
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
  if (ports.some((other) => isSamePort(other, next))) return ports
  const names = [name, `${name}-${port}`, `${name}-${port}-${protocol.toLowerCase()}`]
  const free = names.find((candidate) => !ports.some((other) => other.name === candidate))
  return free === undefined ? ports : [...ports, { ...next, name: free }]
}

/** By name, as Flagger does; or by number, so that a port without a name keeps its own as well. */
function nodePortFor(port: LivePort, live: readonly LivePort[]): number | undefined {
  const byName = live.find(({ name }) => name === port.name)
  const byNumber = live.find((other) => isSamePort(other, port))
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

/** Whether a Service can't have both: the number and the protocol are the same. */
export function isSamePort(one: Numbered, other: Numbered): boolean {
  return one.port === other.port && protocolOf(one) === protocolOf(other)
}

type Numbered = Pick<LivePort, 'port' | 'protocol'>

const protocolOf = ({ protocol = 'TCP' }: Numbered): string => protocol
