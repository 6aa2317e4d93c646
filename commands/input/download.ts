/** Manifests from a URL. */
import { ProviderError } from '../../src/errors.ts'
import { shownAddress } from '../../src/shown-address.ts'
import { exits, Failure } from '../shell/failure.ts'
import type { Terminal } from '../shell/terminal.ts'

const usualTimeoutMs = 30_000
const maxAnswerBytes = 4 * 2 ** 20

/**
 * The text behind the URL, through the proxy that the environment names; `from` is the URL as it
 * may be shown. Throws a Failure when there is none in time and within 4 MiB.
 */
export async function download(
  url: string,
  { signal }: Pick<Terminal, 'signal'>,
  timeoutMs = usualTimeoutMs,
): Promise<{ from: string; text: string }> {
  const { createHttp } = await import('../../src/io/http-client.ts')
  const { proxyFromEnvironment } = await import('../../src/io/proxy.ts')
  const http = createHttp({ proxyFor: proxyFromEnvironment(process.env), maxAnswerBytes })
  const from = shownAddress(url)
  const fail = (why: string, cause?: unknown) =>
    new Failure(`error: unable to read URL "${from}", ${why}`, { exit: exits.error, cause })
  try {
    const { status, body } = await http({ url, timeoutMs }, signal)
    if (status >= 200 && status < 300) return { from, text: body }
    throw fail(`server reported ${status}`)
  } catch (error) {
    throw error instanceof ProviderError ? fail(error.message, error) : error
  } finally {
    await http.close()
  }
}
