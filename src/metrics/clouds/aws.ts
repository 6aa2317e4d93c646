/** Requests to services of AWS: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html. */
import aws4 from 'aws4'
import { ProviderError } from '../../errors.ts'
import type { GivenCredentials } from '../../io/credentials/credentials.ts'
import type { HttpAnswer, HttpRequest } from '../../io/http.ts'
import { type Conversation, credentialsFor, type MetricSource, send } from '../provider.ts'

/**
 * The answer to the request, signed for one service; once more with fresh keys where those that
 * were kept are refused. The signature holds for the host of the request alone: whoever gets it there
 * can do nothing with it elsewhere. Throws ProviderError where there is no region.
 */
export function* sendSigned(
  request: HttpRequest,
  { service, source }: { service: string; source: MetricSource },
): Conversation<HttpAnswer> {
  const { region } = source
  if (!region) throw new ProviderError('region not specified')
  const keys = yield* credentialsFor('aws', source)
  const answer = yield* send(signed(request, { service, region, keys }))
  if (!isRefusal(answer)) return answer
  const fresh = yield* credentialsFor('aws', source, keys.accessKeyId)
  if (fresh.accessKeyId === keys.accessKeyId) return answer
  return yield* send(signed(request, { service, region, keys: fresh }))
}

const isRefusal = ({ status, body }: HttpAnswer): boolean =>
  status === 401 ||
  status === 403 ||
  (status === 400 && /ExpiredToken|UnrecognizedClient|InvalidClientTokenId/.test(body))

type Keys = Extract<GivenCredentials, { cloud: 'aws' }>

function signed(
  request: HttpRequest,
  { service, region, keys }: { service: string; region: string; keys: Keys },
): HttpRequest {
  const url = new URL(request.url)
  const { method = 'GET', headers = {}, body } = request
  const stamp = keys.at.toISOString().replace(/[:-]|\.\d{3}/g, '')
  const { path, headers: sent = {} } = aws4.sign(
    {
      ...{ service, region, method, host: url.host, path: url.pathname + url.search },
      headers: { ...plain(headers), 'X-Amz-Date': stamp },
      ...(body !== undefined && { body }),
    },
    keys,
  )
  // The client adds these two, with the same values.
  const { Host: _, 'Content-Length': __, ...others } = sent
  return { ...request, url: url.origin + path, headers: plain(others) }
}

function plain(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat().join(',')]),
  )
}
