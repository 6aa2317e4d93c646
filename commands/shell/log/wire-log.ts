/** What `-v` shows of requests. Pure. */
import type { Exchange } from '../../../src/io/kube/transport/exchange.ts'
import { bodyText, headerText } from '../../../src/wire-text.ts'
import { clean } from '../../output/clean.ts'

const showsBodies = 8

/** Lines about one request, as kubectl has them; from level 8 on with headers and bodies. */
export function exchangeText(exchange: Exchange, verbosity: number): string {
  const { method, url, requestHeaders, requestBody, answer, ms } = exchange
  const took = `in ${Math.round(ms)} milliseconds`
  const head = `${method} ${url}`
  const ended = answer ? `${answer.status} ${took}` : `no answer ${took}`
  const lines =
    verbosity < showsBodies
      ? [`${head} ${ended}`]
      : [
          head,
          ...headerLines('Request Headers', requestHeaders),
          ...bodyLines('Request Body', requestBody, verbosity),
          `Response Status: ${ended}`,
          ...(answer ? headerLines('Response Headers', answer.headers) : []),
          ...bodyLines('Response Body', answer?.body, verbosity),
        ]
  return `${lines.map(clean).join('\n')}\n`
}

function headerLines(title: string, headers: Exchange['requestHeaders'] | AnswerHeaders): string[] {
  const lines = Object.entries(headers).flatMap(([name, values = []]) =>
    [values].flat().map((value) => `    ${capitals(name)}: ${headerText(name, value)}`),
  )
  return lines.length > 0 ? [`${title}:`, ...lines.sort()] : []
}

type AnswerHeaders = NonNullable<Exchange['answer']>['headers']

function capitals(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
}

/** Characters that are shown of a body, by level, as kubectl does; a secret is gone before. */
function mostOf(verbosity: number): number {
  if (verbosity >= 10) return Number.POSITIVE_INFINITY
  return verbosity >= 9 ? 10_240 : 1_024
}

function bodyLines(title: string, body: string | undefined, verbosity: number): string[] {
  if (!body) return []
  const text = bodyText(body)
  const most = mostOf(verbosity)
  const rest = text.length - most
  return [`${title}: ${rest > 0 ? `${text.slice(0, most)} [truncated ${rest} chars]` : text}`]
}
