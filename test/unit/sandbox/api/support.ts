import { onTestFinished } from 'vitest'
import {
  type ApiServer,
  type ApiServerOptions,
  startApiServer,
} from '../../../../src/sandbox/api/server.ts'

// biome-ignore lint/suspicious/noExplicitAny: bodies of answers are whatever the server sent
export type Body = any

export interface Reply {
  status: number
  headers: Headers
  body: Body
}

/** A server for one test, closed when the test ends. */
export async function server(options: ApiServerOptions = {}): Promise<ApiServer> {
  const started = await startApiServer({ now: () => new Date('2026-01-02T03:04:05Z'), ...options })
  onTestFinished(() => started.close())
  return started
}

const patchTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
}

export interface Given {
  headers?: Record<string, string>
  patch?: keyof typeof patchTypes
}

/** Sends one request to the server over HTTP. */
export function client({ url }: ApiServer) {
  return async function send(
    method: string,
    path: string,
    body?: unknown,
    { headers = {}, patch = 'merge' }: Given = {},
  ): Promise<Reply> {
    const contentType = method === 'PATCH' ? patchTypes[patch] : 'application/json'
    const answer = await fetch(url + path, {
      method,
      headers: { 'content-type': contentType, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false
    return {
      status: answer.status,
      headers: answer.headers,
      body: isJson ? JSON.parse(text) : text,
    }
  }
}

/** The events of a watch, read line by line until the server ends it. */
export async function* watch({ url }: ApiServer, path: string): AsyncGenerator<Body> {
  const answer = await fetch(url + path)
  let rest = ''
  for await (const chunk of answer.body ?? []) {
    const lines = (rest + Buffer.from(chunk).toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line)
  }
}

export const configMaps = '/api/v1/namespaces/default/configmaps'
export const deployments = '/apis/apps/v1/namespaces/default/deployments'

export function configMap(
  name: string,
  data: Record<string, string> = {},
  metadata: Body = {},
): Body {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data }
}

export function deployment(name: string, spec: Body = {}): Body {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'app', image: 'podinfo:6.0.0' }] },
      },
      ...spec,
    },
  }
}

/** A CRD of a kind `Canary` in group `test.example`, with the given schema of its spec. */
export function canaryCrd(spec: Body = { type: 'object' }, version: Body = {}): Body {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'canaries.test.example' },
    spec: {
      group: 'test.example',
      scope: 'Namespaced',
      names: { kind: 'Canary', plural: 'canaries', singular: 'canary' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec,
                status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
              },
            },
          },
          ...version,
        },
      ],
    },
  }
}

export const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
export const canaries = '/apis/test.example/v1/namespaces/default/canaries'
