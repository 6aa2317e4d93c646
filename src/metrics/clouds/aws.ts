/** Requests to services of AWS: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html. */
import aws4 from 'aws4'
import { ProviderError } from '../../errors.ts'
import type { HttpRequest } from '../../io/http.ts'
import { type Conversation, credentialsFor, type MetricSource } from '../provider.ts'

/**
 * The request, signed for one service. The signature holds for the host of the request alone: whoever
 * gets it there can do nothing with it elsewhere. Throws ProviderError where there is no region.
 */
export function* signedForAws(
  request: HttpRequest,
  { service, source }: { service: string; source: MetricSource },
): Conversation<HttpRequest> {
  const { region } = source
  if (!region) throw new ProviderError('region not specified')
  const { at, ...keys } = yield* credentialsFor('aws', source)
  const url = new URL(request.url)
  const { method = 'GET', headers = {}, body } = request
  const stamp = at.toISOString().replace(/[:-]|\.\d{3}/g, '')
  const { path, headers: signed = {} } = aws4.sign(
    {
      ...{ service, region, method, host: url.host, path: url.pathname + url.search },
      headers: { ...plain(headers), 'X-Amz-Date': stamp },
      ...(body !== undefined && { body }),
    },
    keys,
  )
  // The client adds these two, with the same values.
  const { Host: _, 'Content-Length': __, ...others } = signed
  return { ...request, url: url.origin + path, headers: plain(others) }
}

function plain(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat().join(',')]),
  )
}
