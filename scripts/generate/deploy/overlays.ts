/** A kustomization for each provider: the controller of all namespaces for those canaries alone. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Provider } from '../../../src/routers/provider.ts'
import { providers } from '../../../src/routers/registry.gen.ts'
import type { GeneratedFile, Generator } from '../generator.ts'
import { providerRules } from './rbac.ts'

/** Where the Prometheus of a mesh usually is; of all others it is in the controller's namespace. */
const metricsServers: Readonly<Record<string, string>> = {
  istio: 'http://prometheus.istio-system:9090',
  linkerd: 'http://prometheus.linkerd-viz:9090',
  kuma: 'http://prometheus-server.mesh-observability:80',
}

const head = '# Generated from the registry of providers by `npm run generate`; not to be edited.\n'

interface Deployment {
  spec: { template: { spec: { containers: [{ args: string[] }] } } }
}

/** `deploy/providers/NAME`, by the name that `-mesh-provider` takes, but for versions. */
export const overlays: Generator = async (root) => {
  const text = await readFile(join(root, 'deploy/base/deployment.yaml'), 'utf8')
  const { args } = (parse(text) as Deployment).spec.template.spec.containers[0]
  // A router of one's own is named by its Canaries: each namespace has its ConfigMap.
  const named = providers.filter(({ shownAs }) => shownAs === undefined)
  return Promise.all(named.map((provider) => overlay(root, provider, args)))
}

/** What an installation calls a provider: its first name, but for a version. */
export function installedAs({ names: [name] }: Provider): string {
  return name.replace(/:.*/, '')
}

async function overlay(
  root: string,
  provider: Provider,
  args: readonly string[],
): Promise<GeneratedFile> {
  const folder = `deploy/providers/${installedAs(provider)}`
  const [name] = provider.names
  // Other files there are written by hand: what one provider needs besides.
  const files = await readdir(join(root, folder)).catch(() => [])
  const more = files.filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
  const server = metricsServers[name] ?? 'http://prometheus:9090'
  const patch = [
    replaced(args, `-mesh-provider=${name}`),
    replaced(args, `-metrics-server=${server}`),
  ]
  const lines = [
    'apiVersion: kustomize.config.k8s.io/v1beta1',
    'kind: Kustomization',
    'resources:',
    ...['../../cluster', ...more.sort()].map((resource) => `  - ${resource}`),
    'components:',
    ...rightsOf(provider).map((folder) => `  - ../../${folder}`),
    'patches:',
    '  - target:',
    '      kind: Deployment',
    '      name: flagger',
    '    patch: |-',
    ...patch.flat().map((line) => `      ${line}`),
  ]
  return { path: `${folder}/kustomization.yaml`, text: `${head}${lines.join('\n')}\n` }
}

/** The folders that leave the role what this provider needs. */
function rightsOf(provider: Provider): string[] {
  const hasOwn = providerRules(provider).length > 0
  return ['rights', ...(hasOwn ? [`rights/${installedAs(provider)}`] : [])]
}

/** The lines that put an argument where the base has one of the same name. */
function replaced(args: readonly string[], argument: string): string[] {
  const [flag = ''] = argument.split('=')
  const index = args.findIndex((one) => one.startsWith(`${flag}=`))
  if (index < 0) throw new Error(`deploy/base/deployment.yaml does not set ${flag}`)
  const path = `/spec/template/spec/containers/0/args/${index}`
  return ['- op: replace', `  path: ${path}`, `  value: ${argument}`]
}
