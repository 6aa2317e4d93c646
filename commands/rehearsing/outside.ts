/** Requests to servers that a Canary names, from the machine of a person. */
import { KubeError, messageOf, ProviderError } from '../../src/errors.ts'
import { pause } from '../../src/io/deadline.ts'
import type { Http, HttpAnswer, HttpRequest } from '../../src/io/http.ts'
import { readJson } from '../../src/json.ts'
import type { Answerer } from '../../src/metrics/conversation.ts'
import { proxyPath, serviceAddress } from '../../src/service-host.ts'
import { isService } from '../input/services.ts'
import type { Session } from '../shell/session.ts'

/**
 * Gives a sender to `work`: to Services of the cluster through its API server, to others from here.
 * `home` is the namespace in which a name alone is looked for. Rejects as `work` does.
 */
export async function withOutside<T>(
  session: Session,
  home: string,
  work: (send: Http) => Promise<T>,
): Promise<T> {
  const { createHttp } = await import('../../src/io/http-client.ts')
  const { proxyFromEnvironment } = await import('../../src/io/proxy.ts')
  const http = createHttp({ proxyFor: proxyFromEnvironment(process.env) })
  const send: Http = async (request) => {
    const service = serviceAddress(request.url, home)
    const isInside = service && (await isService(service, session))
    const answer = isInside && (await throughServer(request, proxyPath(service), session))
    return answer || http(request, session.signal)
  }
  try {
    return await work(send)
  } finally {
    await http.close()
  }
}

/** Undefined where there is no such Service: a name alone may be known to this machine. */
async function throughServer(
  { method = 'GET', url, headers = {}, body, timeoutMs }: HttpRequest,
  path: string,
  { kube, signal }: Session,
): Promise<HttpAnswer | undefined> {
  if (Object.keys(headers).some((name) => name.toLowerCase() === 'authorization'))
    throw new ProviderError('the API server passes no login on to a Service; ask from a pod')
  const patience = AbortSignal.timeout(timeoutMs)
  const { search } = new URL(url)
  // What is JSON goes on as it is, and other texts as a text.
  const read = body === undefined ? undefined : readJson(body)
  try {
    const given = await kube.raw(
      method,
      `${path}${search}`,
      read === undefined ? body : read,
      AbortSignal.any([signal, patience]),
    )
    return {
      status: 200,
      headers: {},
      body: typeof given === 'string' ? given : JSON.stringify(given),
    }
  } catch (error) {
    signal.throwIfAborted()
    if (patience.aborted) throw new ProviderError(`no answer within ${timeoutMs / 1000} s`)
    if (!(error instanceof KubeError)) throw error
    const { foreign, status, reason } = error
    // What the Service says, be it no, is its answer.
    if (foreign !== undefined) return { status, headers: {}, body: foreign }
    if (/^(NotFound|KindNotServed)$/.test(reason)) return undefined
    throw error
  }
}

/** Answers metric providers; the logins of clouds are with the controller alone. */
export function answererOf(send: Http, { kube, clock, signal }: Session): Answerer {
  return async (asked) => {
    try {
      if ('http' in asked) return { http: await send(asked.http) }
      if ('credentials' in asked) return { error: 'its login is with the controller, and not here' }
      if ('kube' in asked) {
        const { method = 'GET', path, body } = asked.kube
        return { kube: await kube.raw(method, path, body, signal) }
      }
      await pause(clock, asked.pauseMs, signal)
      return {}
    } catch (error) {
      signal.throwIfAborted()
      return { error: messageOf(error) }
    }
  }
}
