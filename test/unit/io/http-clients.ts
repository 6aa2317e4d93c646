/** A client of a server that answers as the test says. */
import { ProviderError } from '../../../src/errors.ts'
import { createHttp, type HttpOptions } from '../../../src/io/http-client.ts'
import { type Answer, type ApiStub, startApiStub } from './kube/api-stub.ts'

export async function running(answer: Answer, options: HttpOptions = {}) {
  const at = await startApiStub(answer)
  const http = createHttp(options)
  return {
    at,
    http,
    async [Symbol.asyncDispose]() {
      await http.close()
      await at[Symbol.asyncDispose]()
    },
  }
}

export const ok: Answer = (response) => void response.end('done')

export const asked = (at: ApiStub) =>
  at.asked.map(({ method, url, body }) => `${method} ${url} ${body}`)

export async function failure(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ProviderError)) throw new Error(`expected a ProviderError, got ${error}`)
  return error
}
