/** Which GitOps tool keeps an object as it is in Git, and will undo what is changed. Pure. */
import type { Metadata } from '../../src/objects.ts'

/** `Flux Kustomization apps/podinfo`; undefined when nothing tells. */
export function ownerOf({ labels = {}, annotations = {} }: Metadata): string | undefined {
  for (const [tool, kind] of [
    ['kustomize', 'Kustomization'],
    ['helm', 'HelmRelease'],
  ] as const) {
    const name = labels[`${tool}.toolkit.fluxcd.io/name`]
    const namespace = labels[`${tool}.toolkit.fluxcd.io/namespace`]
    if (name) return `Flux ${kind} ${namespace ? `${namespace}/` : ''}${name}`
  }
  const tracked = annotations['argocd.argoproj.io/tracking-id']?.split(':')[0]
  const application = tracked ?? labels['argocd.argoproj.io/instance']
  return application ? `Argo CD Application ${application}` : undefined
}

/** Flux takes over fields whose manager has a name like this, and then removes them. */
export function isTakenOverByFlux(manager: string, metadata: Metadata): boolean {
  return manager.startsWith('kubectl') && (ownerOf(metadata)?.startsWith('Flux') ?? false)
}
