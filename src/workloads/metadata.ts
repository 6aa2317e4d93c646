/** Which labels and annotations travel from a target to what is generated from it. */

type Keys = Record<string, string> | undefined

/** These describe one object, and would be wrong on any other. */
const neverCopied = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
]

const tools = [
  'acme.cert-manager.io/',
  'argocd.argoproj.io/',
  'cert-manager.io/',
  'config.k8s.io/',
  'configmanagement.gke.io/',
  'configsync.gke.io/',
  'external-dns.alpha.kubernetes.io/',
  'flagger.app/',
  'helm.toolkit.fluxcd.io/',
  'kapp.k14s.io/',
  'kustomize.toolkit.fluxcd.io/',
  'meta.helm.sh/',
  'objectset.rio.cattle.io/',
]

/** Whether a key ties one object to a tool, which would adopt, prune or answer for a copy as well. */
export function isOfTool(key: string): boolean {
  return tools.some((prefix) => key.startsWith(prefix))
}

/** Keys with one of the prefixes; `*` is every key. Keys of Flux never pass. */
export function prefixed(keys: Keys, prefixes: readonly string[]): Record<string, string> {
  const wanted = prefixes.filter((prefix) => prefix !== '')
  return keep(
    withoutToolkit(keys),
    (key) => wanted.includes('*') || wanted.some((prefix) => key.startsWith(prefix)),
  )
}

/** All keys but those by which Flux tells what it applied. */
export function withoutToolkit(keys: Keys): Record<string, string> {
  return keep(keys ?? {}, (key) => !key.includes('toolkit.fluxcd.io'))
}

/** Annotations of a target that its copy gets. */
export function copiedAnnotations(keys: Keys): Record<string, string> {
  return keep(withoutToolkit(keys), (key) => !neverCopied.includes(key))
}

/** The entries whose key is wanted. */
export function keep(
  keys: Record<string, string>,
  wanted: (key: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(Object.entries(keys).filter(([key]) => wanted(key)))
}
