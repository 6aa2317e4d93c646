/** What Flagger writes is what our routers write, but for what is better on purpose. */
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { refOf } from '../../src/objects.ts'
import { routerFor } from '../../src/routers/index.ts'
import type { Specified } from '../../src/routers/metadata.ts'
import { apexService, podServices } from '../../src/routers/services/services.ts'
import { findIn } from '../support/find.ts'
import { deliberate } from './routers/deliberate.ts'
import { contextFor, readObjects } from './routers/fixtures.ts'
import { toPrimary } from './shared-suite.ts'

describe('goldens', () => {
  const cases = readdirSync(new URL('routers/', import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'fixtures')
    .map(({ name }) => name)

  test.each(cases)('%s is rendered as Flagger does', (name) => {
    const [canary] = readObjects(`${name}/canary.yaml`)
    const found = readObjects(`${name}/found.yaml`)
    const wanted = readObjects(`${name}/want.yaml`)
    if (!canary) throw new Error(`${name}/canary.yaml is empty`)
    const context = contextFor(canary, { cluster: found })
    const router = routerFor(context.canary.provider)
    // The weights in force are those that the wanted objects hold.
    const routes = router.routes({ ...context, find: findIn([...found, ...wanted]) })
    const objects = [
      ...podServices(context),
      ...apexService(context),
      ...router.render(context, routes ?? toPrimary),
    ]
    const find = findIn(objects)
    expect(wanted.length).toBeGreaterThan(0)
    for (const object of wanted) expect(find(refOf(object))).toMatchObject(intended(name, object))
  })

  test('no listed difference is out of date', () => {
    for (const { golden, kind, name } of deliberate) {
      const wanted = cases.includes(golden) ? readObjects(`${golden}/want.yaml`) : []
      const object = wanted.find((one) => one.kind === kind && one.metadata.name === name)
      expect(object && intended(golden, object)).not.toEqual(object)
    }
  })
})

/** The object of a golden, but for what is other than Flagger's on purpose. */
function intended(golden: string, object: Specified): Specified {
  const { kind, metadata } = object
  const other = deliberate.find(
    (one) => one.golden === golden && one.kind === kind && one.name === metadata.name,
  )
  return other ? { ...object, spec: { ...object.spec, ...other.spec } } : object
}
