/** The manifests on the page of alerts are accepted, and each of them reaches its service. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { parseConfig } from '../../controller/process/config/config.ts'
import { receiversOf } from '../../controller/tell/alerting.ts'
import type { AlertProviderResource } from '../../src/canary/api.gen.ts'
import { alertFor } from '../../src/notifiers/alerts.ts'
import { notifiers } from '../../src/notifiers/index.ts'
import type { KubeObject } from '../../src/objects.ts'
import { findIn } from '../support/find.ts'
import { parsedCanary } from '../support/parsed-canary.ts'
import { fakeClock } from '../unit/io/fake-clock.ts'
import { refusals } from './custom-resources.ts'

type Manifest = KubeObject & { stringData?: Record<string, string> }

/** As the API server stores it; `…` stands for the rest of a value on the page. */
function stored({ stringData = {}, ...object }: Manifest): KubeObject {
  const data = Object.entries(stringData).map(([key, value]) => [
    key,
    btoa(value.replaceAll('…', 'x')),
  ])
  return object.kind === 'Secret'
    ? ({ ...object, data: Object.fromEntries(data) } as KubeObject)
    : object
}

const page = readFileSync(join(import.meta.dirname, '../../docs/alerting.md'), 'utf8')
const manifests = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)]
  .flatMap(([, text = '']) => parseAllDocuments(text).map((one) => one.toJS() as Manifest))
  .filter(({ kind }) => kind !== undefined)
  .map(stored)
const providers = manifests.filter(
  ({ kind }) => kind === 'AlertProvider',
) as AlertProviderResource[]

test('every service has a manifest', () => {
  const shown = new Set(providers.map(({ spec }) => spec?.type))
  expect([...shown].toSorted()).toEqual(Object.keys(notifiers).toSorted())
})

test.each(providers.map((one) => [one.metadata.name, one] as const))(
  '%s is accepted, and is sent an alert',
  async (name, provider) => {
    expect(refusals(provider)).toEqual([])
    const { namespace } = provider.metadata
    const providerRef = { name, ...(namespace && { namespace }) }
    const canary = parsedCanary({ alerts: [{ name, providerRef }] })
    const find = findIn(manifests)
    const asked: string[] = []
    const problems: string[] = []
    const say = (_: object, message: string) => void problems.push(message)
    const deps = {
      http: async ({ url }: { url: string }) => {
        asked.push(url)
        return { status: 200, headers: {}, body: '{"ok":true}' }
      },
      cache: { get: find },
      contents: { read: async (object: KubeObject) => object },
      clock: fakeClock(),
      log: { debug: say, info: say, warn: say, error: say },
      config: parseConfig(['-require-shared-with'], {}),
      signal: new AbortController().signal,
    }
    const of = { occasion: 'failed', severity: 'error', message: 'It broke', fields: true } as const
    const alert = alertFor(canary, of, { clusterName: 'eu', gateUrl: '' })
    const [receiver] = receiversOf(deps, canary, alert)
    expect(await receiver?.send()).toEqual({ sent: true })
    expect(asked.every((url) => url.startsWith('https://'))).toBe(true)
    expect(asked.length).toBeGreaterThan(0)
    expect(problems).toEqual([])
  },
)
