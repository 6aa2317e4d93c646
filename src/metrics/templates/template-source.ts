/** MetricTemplates and their Secrets, as providers need them. */
import type { MetricTemplateResource, MetricTemplateSpec } from '../../canary/api.gen.ts'
import { parseMetricTemplate } from '../../canary/references.ts'
import { type Sharing, sharingProblem } from '../../canary/sharing.ts'
import type { Find } from '../../objects.ts'
import { decodeSecret } from '../../secrets.ts'
import { metricProviders } from '../index.ts'
import type { MetricProvider, MetricSource } from '../provider.ts'

export type LoadedTemplate =
  | { spec: MetricTemplateSpec; provider: MetricProvider; secret: Record<string, string> }
  | { problem: string }

/** For whom a template is looked up, and where. */
export interface Asker {
  find: Find
  namespace: string
  /** Absent where nobody is refused. */
  sharing: Sharing | undefined
}

/** The template, its provider and its Secret; or the problem, starting with `template …`. */
export function loadTemplate(
  ref: { name: string; namespace: string },
  { find, namespace, sharing }: Asker,
): LoadedTemplate {
  const name = `template ${ref.name}.${ref.namespace}`
  const template = find<MetricTemplateResource>({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'MetricTemplate',
    ...ref,
  })
  if (!template)
    return { problem: `${name} error: metrictemplate.flagger.app "${ref.name}" not found` }
  const unshared = sharingProblem(template, namespace, sharing)
  if (unshared !== undefined) return { problem: `${name} error: ${unshared}` }

  const { spec, problems } = parseMetricTemplate(template)
  const type = writtenType(template) ?? spec.provider.type
  const provider = Object.hasOwn(metricProviders, type) ? metricProviders[type] : undefined
  if (!provider) {
    const known = Object.keys(metricProviders).join(', ')
    return { problem: `${name} provider ${type} error: type is not supported, use one of ${known}` }
  }
  const [problem] = problems
  if (problem !== undefined) return { problem: problem.replace(/^metric /, '') }

  const { secretRef } = spec.provider
  if (!secretRef) return { spec, provider, secret: {} }
  const secret = secretOf(secretRef.name, ref.namespace, find)
  if (secret && Object.keys(secret).length > 0) return { spec, provider, secret }
  const why = secret ? 'it holds no data' : `secrets "${secretRef.name}" not found`
  return { problem: `${name} secret ${secretRef.name} error: ${why}` }
}

/** As it stands in the object: definitions of another release may know further providers. */
function writtenType({ spec }: { spec?: { provider?: { type?: unknown } | null } | null }) {
  const type = spec?.provider?.type
  return typeof type === 'string' ? type : undefined
}

/** Where and as whom to ask for a template, with its defaults. */
export function sourceOf(
  { provider }: MetricTemplateSpec,
  secret: Record<string, string>,
): MetricSource {
  const { address = '', headers = {}, region, insecureSkipVerify = false } = provider
  const { method, valuePath, counts, auth, apiVersion, language } = provider
  return {
    address,
    secret,
    headers,
    ...(region && { region }),
    ...(auth && { auth }),
    ...(apiVersion && { apiVersion }),
    ...(language && { language }),
    insecureSkipVerify,
    ...(method && { method }),
    ...(valuePath && { valuePath }),
    ...(counts && { counts }),
  }
}

function secretOf(name: string, namespace: string, find: Find): Record<string, string> | undefined {
  const found = find({ apiVersion: 'v1', kind: 'Secret', namespace, name })
  return found && decodeSecret(found)
}
