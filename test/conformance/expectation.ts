import type { KubeObject } from '../../src/objects.ts'
import type { Expected } from './recording.ts'

/**
 * What an object lacks of what is expected of it, one line each: fields must be there, null means
 * that there is none, a text between slashes is a regular expression. Lists are compared item by
 * item.
 */
export function misses(want: Expected, got: KubeObject | undefined): string[] {
  const { kind, name, absent, ...fields } = want
  const label = `${kind}/${name}`
  if (absent) return got ? [`${label} is there`] : []
  if (!got) return [`${label} is not there`]
  return lacking(fields, got).map((text) => `${label}${text}`)
}

function lacking(want: unknown, got: unknown, at = ''): string[] {
  if (want === null) return got === undefined || got === null ? [] : [`${at} is ${text(got)}`]
  if (Array.isArray(want)) return lackingItems(want, got, at)
  if (typeof want === 'object') {
    const fields =
      typeof got === 'object' && got !== null ? new Map(Object.entries(got)) : undefined
    return Object.entries(want).flatMap(([name, value]) =>
      lacking(value, fields?.get(name), `${at}.${name}`),
    )
  }
  const pattern = typeof want === 'string' ? /^\/(.*)\/$/s.exec(want)?.[1] : undefined
  const isMet = pattern === undefined ? want === got : new RegExp(pattern).test(String(got))
  return isMet ? [] : [`${at} is ${text(got)}, not ${text(want)}`]
}

function lackingItems(want: readonly unknown[], got: unknown, at: string): string[] {
  if (!Array.isArray(got) || got.length !== want.length)
    return [`${at} is ${text(got)}, not ${text(want)}`]
  return want.flatMap((item, index) => lacking(item, got[index], `${at}[${index}]`))
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'not there'
}
