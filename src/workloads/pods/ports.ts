/** Container ports that the generated Services offer beside their main port. */

import type { ServicePort } from '../workload.ts'
import type { Container } from './pod-template.ts'

interface MainPort {
  port: number
  targetPort?: number | string | undefined
}

/** Their ports are of no use to callers. */
const sidecars = ['istio-proxy', 'envoy']

/**
 * Every port of the containers but the main one, by the container's own name and protocol: a mesh
 * may tell by the name what a port speaks. One without a name is named after its container.
 */
export function discoverPorts(containers: readonly Container[], main: MainPort): ServicePort[] {
  return offered(containers)
    .filter(({ port }) => !isMain(port, main))
    .map(({ container, index, port }) => {
      const { containerPort: number, protocol = 'TCP' } = port
      const name = port.name || nameOf({ protocol, container, index, number })
      return { name, port: number, targetPort: number, protocol }
    })
}

/**
 * Why the Services would lead nowhere, in a sentence: no container has a port of that name. A
 * webhook may still add one, as those of meshes do.
 */
export function unknownPort(
  containers: readonly Container[],
  { targetPort }: Partial<MainPort>,
  target: string,
): string | undefined {
  if (isUnset(targetPort) || typeof targetPort === 'number' || /^\d+$/.test(targetPort))
    return undefined
  const names = containers.flatMap(({ ports = [] }) => ports.flatMap(({ name }) => name ?? []))
  if (names.includes(targetPort)) return undefined
  const has = names.length > 0 ? names.join(', ') : 'no named ports'
  return (
    `spec.service.targetPort ${targetPort} is no port of ${target}, which has ${has}: its ` +
    'Services lead nowhere unless something else adds it; correct the one or the other'
  )
}

const longestName = 63

function nameOf(of: { protocol: string; container: string; index: number; number: number }) {
  const protocol = of.protocol.toLowerCase()
  const name = `${protocol}-${of.container}-${of.index}`
  return name.length > longestName ? `${protocol}-${of.number}` : name
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
