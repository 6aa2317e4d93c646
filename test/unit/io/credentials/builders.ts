/** What credentials are fetched from, without a machine. */
import type { HttpRequest } from '../../../../src/io/http.ts'
import { fakeClock } from '../fake-clock.ts'

type Said = { status?: number; body: unknown } | Error

/** Servers by address, files by path; `askedForUsers` is who of `asked` users named. */
export function surroundings(
  of: {
    env?: Record<string, string>
    files?: Record<string, string>
    servers?: Record<string, (request: HttpRequest) => Said>
  } = {},
) {
  const asked: HttpRequest[] = []
  const askedForUsers: string[] = []
  const clock = fakeClock()
  async function own(request: HttpRequest) {
    asked.push(request)
    const said = of.servers?.[request.url]?.(request) ?? new Error(`nobody is at ${request.url}`)
    if (said instanceof Error) throw said
    const { status = 200, body } = said
    return { status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) }
  }
  return {
    asked,
    askedForUsers,
    clock,
    env: of.env ?? {},
    async readFile(path: string) {
      const text = of.files?.[path]
      if (text === undefined) throw new Error('no such file')
      return text
    },
    own,
    async users(request: HttpRequest) {
      askedForUsers.push(request.url)
      return own(request)
    },
  }
}
