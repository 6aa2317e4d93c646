/** What a rehearsal releases: the target of the Canary, or a stand-in for it. Pure. */
import type { Canary } from '../../src/canary/canary.ts'
import { UsageError } from '../../src/errors.ts'
import type { KubeObject } from '../../src/objects.ts'
import type { Deployment } from '../../src/workloads/pods/pod-template.ts'

export const images = {
  old: 'old-version.rehearsal/app:1',
  fresh: 'new-version.rehearsal/app:1',
} as const

const playedKinds = ['Deployment', 'DaemonSet', 'StatefulSet']
const usualReplicas = 2

/** With the old version. Throws UsageError for a target that has no pods to play. */
export function targetOf(
  { spec, label, namespace, targetName }: Canary,
  around: readonly KubeObject[],
): { target: Deployment; isStandIn: boolean } {
  const { kind, name } = spec.targetRef
  if (!playedKinds.includes(kind))
    throw new UsageError(
      `canary ${label} releases a ${kind}, and a rehearsal plays ${playedKinds.join(', ')}; see simulate`,
    )
  const found = around.find((one) => one.kind === kind && one.metadata.name === name)
  // Outside data: the API server of the play says what is wrong with it.
  const given = (found as Deployment | undefined)?.spec ?? standIn(targetName, spec.service)
  const { labels } = found?.metadata ?? {}
  return {
    target: {
      ...{ apiVersion: 'apps/v1', kind },
      metadata: { name, namespace, ...(labels && { labels }) },
      spec: {
        ...withImage(given, images.old),
        // An idle target of a cluster rests.
        ...(kind !== 'DaemonSet' && { replicas: given.replicas || usualReplicas }),
      },
    },
    isStandIn: !found,
  }
}

/** The same with another image in its first container, which answers the requests. */
export function withImage(spec: Deployment['spec'], image: string): Deployment['spec'] {
  const { template } = spec
  const [first = { name: 'app' }, ...others] = template.spec.containers
  const containers = [{ ...first, image }, ...others]
  return { ...spec, template: { ...template, spec: { ...template.spec, containers } } }
}

function standIn(name: string, service: Canary['spec']['service']): Deployment['spec'] {
  const labels = { app: name }
  const { port = 80, targetPort = port } = service ?? {}
  const containerPort = typeof targetPort === 'number' ? targetPort : port
  const named = typeof targetPort === 'string' ? { name: targetPort } : {}
  const container = { name: 'app', ports: [{ ...named, containerPort }] }
  return {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [container] } },
  }
}
