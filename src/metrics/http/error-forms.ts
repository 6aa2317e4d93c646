/**
 * What servers say of errors, each in the form that its vendor documents. Anything else may be the
 * answer of somebody whom the address was not meant for, and is shown to nobody.
 */
import { isMap, readJson } from '../../json.ts'

type Read = Readonly<Record<string, unknown>>

/** Where an error in this form has its words. */
export type ErrorForm = (read: Read) => unknown

/** Also of those that speak its language: Thanos, Mimir, VictoriaMetrics. */
export const ofPrometheus: ErrorForm = ({ status, errorType, error }) =>
  status === 'error' ? [errorType, error] : undefined

/** A list of texts or objects under `errors`, or a text under `error`. */
export const ofDatadog: ErrorForm = ({ errors, error }) => errors ?? error

/** A text, or words beside a code, as Dynatrace, Google and New Relic have it. */
export const inError: ErrorForm = ({ error }) =>
  isMap(error) ? (error.message ?? error.title) : error

/** InfluxDB 2 and Splunk; InfluxDB 1 has a text. */
export const besideCode: ErrorForm = ({ code, message, error }) =>
  code === undefined ? error : message

/** The message of a Status object. */
export const ofKubernetes: ErrorForm = ({ kind, message }) =>
  kind === 'Status' ? message : undefined

/** It documents none. */
export const noForm: ErrorForm = () => undefined

/** The words of an error; undefined where the body is in another form. */
export function errorIn(body: string, form: ErrorForm): string | undefined {
  const read = readJson(body)
  return isMap(read) ? wordsOf(form(read)) : undefined
}

/** Texts, alone or in a list. */
export function wordsOf(found: unknown): string | undefined {
  const all: unknown[] = Array.isArray(found) ? found : [found]
  const texts = all.map(textOf).filter((text) => text !== '')
  return texts.length > 0 ? texts.join(': ') : undefined
}

function textOf(one: unknown): string {
  const found = isMap(one) ? (one.detail ?? one.message ?? one.title) : one
  return typeof found === 'string' ? found.trim() : ''
}
