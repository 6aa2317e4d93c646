/** OpenAPI documents, as much of them as kubectl asks for: schemas, and what a PATCH takes. */
import { type Json, record } from '../json.ts'
import { apiVersionOf, type Resource } from '../resource.ts'
import { version } from './discovery.ts'

const info = { title: 'Kubernetes', version: version.gitVersion }

/** The document at an OpenAPI path; undefined when the path is none. */
export function openapi(path: string, resources: Resource[]): Json | undefined {
  if (path === '/openapi/v2') return swagger(resources)
  if (path === '/openapi/v3') return index(resources)
  const [, root, rest] = /^\/openapi\/v3\/(api|apis)\/(.+)$/.exec(path) ?? []
  if (!root || !rest) return undefined
  const served = resources.filter(
    (one) => apiVersionOf(one) === rest && (one.group === '') === (root === 'api'),
  )
  return served.length > 0 ? document(served) : undefined
}

function rootOf(resource: Resource): string {
  return `${resource.group ? 'apis' : 'api'}/${apiVersionOf(resource)}`
}

function index(resources: Resource[]): Json {
  const roots = [...new Set(resources.map(rootOf))]
  const paths = roots.map((root) => [root, { serverRelativeURL: `/openapi/v3/${root}` }])
  return { paths: Object.fromEntries(paths) }
}

/** `example.test.v1.Canary`: the name of a schema, group reversed as the real server has it. */
function schemaName({ group, version: of, kind }: Resource): string {
  const reversed = group ? group.split('.').toReversed().join('.') : 'io.k8s.api.core'
  return `${reversed}.${of}.${kind}`
}

function schemaOf(resource: Resource): Json {
  const { group, version: of, kind, custom } = resource
  const known = record(custom?.schema)
  const properties = {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    ...(custom
      ? record(known.properties)
      : { spec: { type: 'object' }, status: { type: 'object' } }),
  }
  return {
    description: known.description ?? `${kind} of ${apiVersionOf(resource)}`,
    type: 'object',
    properties,
    'x-kubernetes-group-version-kind': [{ group, version: of, kind }],
  }
}

const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
  name,
  in: 'query',
  schema: { type: name === 'force' ? 'boolean' : 'string', uniqueItems: true },
}))

function pathsOf(resource: Resource): [string, Json][] {
  const { group, version: of, kind, namespaced, plural } = resource
  const base = `/${rootOf(resource)}${namespaced ? '/namespaces/{namespace}' : ''}/${plural}`
  const gvk = { group, version: of, kind }
  const operation = (action: string) => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk,
    parameters,
    responses: { 200: { description: 'OK' } },
  })
  return [
    [base, { get: operation('list'), post: operation('post') }],
    [
      `${base}/{name}`,
      {
        get: operation('get'),
        put: operation('put'),
        patch: { ...operation('patch'), requestBody: { content: patchContent } },
        delete: operation('delete'),
      },
    ],
  ]
}

// Strategic merge is left out: kubectl then merges by the types that it knows itself.
const patchTypes = ['json-patch+json', 'merge-patch+json', 'apply-patch+yaml']
const patchContent = Object.fromEntries(patchTypes.map((type) => [`application/${type}`, {}]))

function document(resources: Resource[]): Json {
  const schemas = resources.map((one) => [schemaName(one), schemaOf(one)])
  return {
    openapi: '3.0.0',
    info,
    paths: Object.fromEntries(resources.flatMap(pathsOf)),
    components: { schemas: Object.fromEntries(schemas) },
  }
}

function swagger(resources: Resource[]): Json {
  const definitions = resources.map((one) => [schemaName(one), schemaOf(one)])
  return { swagger: '2.0', info, paths: {}, definitions: Object.fromEntries(definitions) }
}
