import path from 'node:path'
import { permissiveCrds } from '../conformance/permissive-crds.ts'
import type { Api } from './control-plane/api.ts'
import { GoMissingError, moduleFolder } from './control-plane/go.ts'
import { type Crd, crdsIn, installCrds } from './crds.ts'

interface ProviderDefinitions {
  /** The provider's name, for messages. */
  name: string
  /** The Go module that has the provider's own definitions. */
  module: string
  /** The YAML file, or a folder of such files, in the module. */
  path: string
  /** The API groups that are taken from there. */
  groups: readonly string[]
}

/**
 * Gloo, Kuma and App Mesh are not on the module proxy, and the newest module of SMI defines its
 * kinds for an API that servers have no more.
 */
export const providerDefinitions: readonly ProviderDefinitions[] = [
  {
    name: 'istio',
    module: 'istio.io/api@v1.31.1',
    path: 'kubernetes/customresourcedefinitions.gen.yaml',
    groups: ['networking.istio.io'],
  },
  {
    name: 'gateway api',
    module: 'sigs.k8s.io/gateway-api@v1.5.1',
    path: 'config/crd/standard',
    groups: ['gateway.networking.k8s.io'],
  },
  {
    name: 'contour',
    module: 'github.com/projectcontour/contour@v1.33.8',
    path: 'examples/contour/01-crds.yaml',
    groups: ['projectcontour.io'],
  },
  {
    name: 'apisix',
    module: 'github.com/apache/apisix-ingress-controller@v1.8.4',
    path: 'samples/deploy/crd/v1',
    groups: ['apisix.apache.org'],
  },
  {
    name: 'keda',
    module: 'github.com/kedacore/keda/v2@v2.21.0',
    path: 'config/crd/bases',
    groups: ['keda.sh'],
  },
  {
    name: 'knative',
    module: 'knative.dev/serving@v0.51.0',
    path: 'config/core/300-resources',
    groups: ['serving.knative.dev'],
  },
  {
    name: 'traefik',
    module: 'github.com/traefik/traefik/v3@v3.7.13',
    path: 'docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml',
    groups: ['traefik.io'],
  },
  {
    name: 'openshift',
    module: 'github.com/openshift/api@v0.0.0-20260420151639-34e60874783e',
    path: 'route/v1/zz_generated.crd-manifests/routes.crd.yaml',
    groups: ['route.openshift.io'],
  },
]

export interface InstalledDefinitions {
  /** API groups with the provider's own definitions. */
  real: string[]
  /** API groups with definitions that take any content. */
  standIns: string[]
}

/**
 * Installs the definitions of every provider's kinds: the provider's own ones from its Go module,
 * or, where the module proxy does not have that, stand-ins that take any content, which `log`
 * names. Rejects with GoMissingError where the machine has no Go.
 */
export async function installProviderCrds(
  api: Api,
  log: (line: string) => void,
): Promise<InstalledDefinitions> {
  const real = new Set<string>()
  for (const provider of providerDefinitions) {
    const crds = await ownDefinitions(provider, log)
    await installCrds(api, crds)
    for (const { spec } of crds) real.add(spec.group)
  }
  const standIns = permissiveCrds.filter(({ spec }) => !real.has(spec.group))
  await installCrds(api, standIns, { keepExisting: true })
  const groups = [...new Set(standIns.map(({ spec }) => spec.group))]
  if (groups.length > 0) log(`stand-ins that take any content: ${groups.join(', ')}`)
  return { real: [...real], standIns: groups }
}

/** The providers' own definitions. Rejects where the module proxy does not have them. */
export async function definitionsOf(names: readonly string[]): Promise<Crd[]> {
  const wanted = providerDefinitions.filter(({ name }) => names.includes(name))
  return (await Promise.all(wanted.map(readDefinitions))).flat()
}

async function ownDefinitions(
  provider: ProviderDefinitions,
  log: (line: string) => void,
): Promise<Crd[]> {
  try {
    return await readDefinitions(provider)
  } catch (error) {
    if (error instanceof GoMissingError) throw error
    log(`${provider.name}: ${error instanceof Error ? error.message.split('\n')[0] : error}`)
    return []
  }
}

async function readDefinitions(of: ProviderDefinitions): Promise<Crd[]> {
  const crds = await crdsIn(path.join(await moduleFolder(of.module), of.path))
  return crds.filter(({ spec }) => of.groups.includes(spec.group))
}
