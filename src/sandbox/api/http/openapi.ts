/** OpenAPI documents, as much of them as kubectl asks for. */
import type { Json } from '../json.ts'
import type { Resource } from '../resource.ts'

export function openapi(path: string, _resources: Resource[]): Json | undefined {
  if (path === '/openapi/v2')
    return { swagger: '2.0', info: { title: 'Kubernetes', version: 'v1.36.3' }, paths: {} }
  return undefined
}
