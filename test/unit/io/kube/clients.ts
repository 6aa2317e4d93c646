/** A client of an API server that answers as the test says. */
import { KubeError } from '../../../../src/errors.ts'
import { connect, type KubeClient } from '../../../../src/io/kube/client.ts'
import { anonymousConnection } from '../../../../src/io/kube/connection/connection.ts'
import type { RequesterOptions } from '../../../../src/io/kube/transport/requester.ts'
import { resourceKind } from '../../../../src/known-kinds.ts'
import { hurriedClock } from '../fake-clock.ts'
import { type Answer, type ApiStub, startApiStub } from './api-stub.ts'

/** Each of them with many connections and with few; who asks may not notice. */
export const programs = [
  { program: 'a controller', brief: false },
  { program: 'a command', brief: true },
]

export const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'test',
  name: 'podinfo',
}
export const object = (resourceVersion = '7') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'podinfo', namespace: 'test', resourceVersion },
})
export const deployments = resourceKind(deployment)

export interface Running extends AsyncDisposable {
  kube: KubeClient
  api: ApiStub
}

export async function start(answer: Answer, options: Partial<RequesterOptions>): Promise<Running> {
  const api = await startApiStub(answer)
  const kube = connect(anonymousConnection(api.url), {
    version: '1.2.3',
    clock: hurriedClock(),
    random: () => 0.5,
    timeoutMs: 0,
    ...options,
  })
  return {
    kube,
    api,
    async [Symbol.asyncDispose]() {
      await kube.close()
      await api[Symbol.asyncDispose]()
    },
  }
}

export async function failure(promise: Promise<unknown>): Promise<KubeError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof KubeError)) throw new Error(`expected a KubeError, got ${error}`)
  return error
}
