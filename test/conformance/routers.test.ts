import fc from 'fast-check'
import { describe, expect, test as plainTest } from 'vitest'
import { deletedBy } from '../../scripts/generate/deploy/rbac.ts'
import { InvalidSpecError } from '../../src/errors.ts'
import { type KubeObject, refKey, refOf } from '../../src/objects.ts'
import { providers } from '../../src/routers/registry.gen.ts'
import { type RouterContext, type Routes, splitAt } from '../../src/routers/router.ts'
import { findIn } from '../support/find.ts'
import { namedProviders } from '../support/providers.ts'
import { type ContextOf, contextOf, fixtures, restored } from './routers/fixtures.ts'
import {
  annotationKeys,
  deepFrozen,
  fixtureOf,
  foreignOf,
  sorted,
  toCanary,
  toPrimary,
  withForeign,
  withoutRules,
} from './shared-suite.ts'

const weights = fc
  .integer({ min: 0, max: 100 })
  .map((canary): Routes => ({ primary: 100 - canary, canary, mirrored: false }))

plainTest('every router has a fixture', () => {
  expect(Object.keys(fixtures).sort()).toEqual(namedProviders.map(([name]) => name).sort())
})

describe.each(namedProviders)('router %s', (provider, { router, kinds, keeps }) => {
  const fixture = fixtureOf(provider)
  const { spec, cluster } = fixture
  const left = new Set(fixture.exceptions.flatMap(({ tests }) => tests))
  const test = (name: string, run: () => void) => {
    plainTest.skipIf(left.has(name))(name, run)
    left.delete(name)
  }
  const setUp = (of: ContextOf = {}) =>
    contextOf({ provider, spec, cluster, ...of, settings: { ...of.settings } })
  const having = (context: RouterContext, objects: KubeObject[]): RouterContext => {
    const { find } = context
    const written = findIn(objects)
    return { ...context, find: (ref) => written(ref) ?? find(ref) }
  }
  const rendered = (context: RouterContext, routes: Routes) => router.render(context, routes)

  test('knows no routes before its objects exist', () => {
    expect(router.routes(setUp())).toBeUndefined()
  })

  test('reads back the weights that it rendered', () => {
    fc.assert(
      fc.property(weights, weights, (first, second) => {
        const context = setUp()
        const once = having(context, rendered(context, first))
        expect(router.routes(once)).toEqual(first)
        expect(router.routes(having(once, rendered(once, second)))).toEqual(second)
      }),
    )
  })

  test('shares by tenths of a percent where its abilities say so', () => {
    const context = setUp()
    const { tenths = false } = router.abilities(context)
    if (!tenths) return
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000 }), weights, (tenth, then) => {
        const fine = splitAt(tenth / 10)
        const once = having(context, rendered(context, fine))
        expect(router.routes(once)).toEqual(fine)
        expect(rendered(once, fine)).toEqual(rendered(context, fine))
        expect(router.routes(having(once, rendered(once, then)))).toEqual(then)
      }),
    )
  })

  test('renders the same again from what it rendered', () => {
    fc.assert(
      fc.property(weights, weights, (first, second) => {
        const context = setUp()
        const once = having(context, rendered(context, first))
        const objects = rendered(once, second)
        expect(rendered(having(once, objects), second)).toEqual(objects)
      }),
    )
  })

  test('changes none of its arguments', () => {
    const context = setUp()
    const once = having(context, deepFrozen(rendered(context, toCanary)))
    expect(() => rendered(once, toPrimary)).not.toThrow()
  })

  test('marks and owns what it creates', () => {
    const objects = rendered(setUp(), toPrimary)
    expect(objects.length).toBeGreaterThan(0)
    for (const { metadata } of objects) {
      expect(metadata.namespace).toBe('test')
      expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'flagger' })
      expect(metadata.ownerReferences).toEqual([
        {
          apiVersion: 'flagger.app/v1beta1',
          kind: 'Canary',
          name: 'podinfo',
          uid: 'uid-of-the-canary',
          controller: true,
          blockOwnerDeletion: true,
        },
      ])
    }
  })

  test('owns nothing in a cluster without the Canary', () => {
    for (const { metadata } of rendered(setUp({ settings: { ownRoutes: false } }), toPrimary))
      expect(metadata.ownerReferences).toBeUndefined()
  })

  test('keeps the labels, annotations and fields of others', () => {
    const context = setUp()
    const edited = rendered(context, toCanary).map((object) => withForeign(object, fixture))
    const objects = rendered(having(context, edited), toCanary)
    expect(objects).toEqual(edited)
    for (const object of rendered(having(context, edited), toPrimary))
      expect(object).toMatchObject(foreignOf(object, fixture))
  })

  test('corrects a spec that somebody changed, and leaves the weights', () => {
    const context = setUp()
    const routes: Routes = { primary: 60, canary: 40, mirrored: false }
    const wanted = rendered(context, routes)
    for (const object of wanted) {
      const changed = wanted.map((each) => (each === object ? withoutRules(each) : each))
      expect(rendered(having(context, changed), routes)).toEqual(wanted)
    }
  })

  test('touches only objects that it reads', () => {
    const context = setUp()
    const known = router.reads(context).map(refKey)
    const written = rendered(context, toCanary)
    const { write, remove } = router.restore(having(context, written))
    const touched = [...written, ...write].map(refOf).concat(remove).map(refKey)
    expect(known).toEqual(expect.arrayContaining(touched))
  })

  test('looks up nothing that it does not read', () => {
    const { canary, find, ...rest } = setUp()
    const known = new Set(router.reads({ canary, find, ...rest }).map(refKey))
    const asked: string[] = []
    const context: RouterContext = {
      ...rest,
      canary,
      find: (ref) => {
        asked.push(refKey(ref))
        return find(ref)
      },
    }
    rendered(context, toCanary)
    router.routes(context)
    router.restore(context)
    expect(asked.filter((key) => !known.has(key))).toEqual([])
  })

  test('reads and writes the kinds that it declares', () => {
    const declared = kinds.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)
    for (const { apiVersion, kind } of rendered(setUp(), toPrimary))
      expect(declared).toContain(`${apiVersion} ${kind}`)
  })

  test('restores what stood in the place of its objects', () => {
    const context = setUp({ cluster: [...cluster, ...fixture.inTheWay] })
    const before = [...cluster, ...fixture.inTheWay]
    const objects = rendered(context, toPrimary)
    const later = rendered(having(context, objects), toCanary)
    const now = restored([...before, ...later], router.restore(having(context, later)))
    expect(sorted(now)).toEqual(sorted(before))
  })

  test('deletes nothing of the kinds that it says it keeps', () => {
    const kept = (keeps ?? []).map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)
    for (const ownRoutes of [true, false]) {
      const context = setUp({ settings: { ownRoutes } })
      const { remove } = router.restore(having(context, rendered(context, toCanary)))
      for (const { apiVersion, kind } of remove) expect(kept).not.toContain(`${apiVersion} ${kind}`)
    }
  })

  test('does not own what it took over', () => {
    const context = setUp({ cluster: [...cluster, ...fixture.inTheWay] })
    const taken = new Set(fixture.inTheWay.map((object) => refKey(refOf(object))))
    for (const object of rendered(context, toPrimary))
      if (taken.has(refKey(refOf(object)))) expect(object.metadata.ownerReferences).toBeUndefined()
  })

  test('leaves nothing behind, whether it owns its objects or not', () => {
    for (const ownRoutes of [true, false]) {
      const context = setUp({ settings: { ownRoutes } })
      const objects = rendered(context, toCanary)
      const now = restored([...cluster, ...objects], router.restore(having(context, objects)))
      expect(sorted(now)).toEqual(sorted(cluster))
    }
  })

  test('survives whatever stands in the place of its objects, and corrects it', () => {
    const context = setUp()
    const wanted = rendered(context, toCanary)
    const texts = fc.dictionary(fc.constantFrom(...annotationKeys(wanted)), fc.string())
    fc.assert(
      fc.property(fc.jsonValue(), texts, (spec, annotations) => {
        const junk = wanted.map(({ apiVersion, kind, metadata: { name, namespace = '' } }) => {
          return { apiVersion, kind, metadata: { name, namespace, annotations }, spec }
        })
        const there = having(context, junk)
        expectInvalidSpecAtMost(() => router.routes(there))
        expectInvalidSpecAtMost(() => router.restore(there))
        const corrected = having(context, rendered(there, toCanary))
        expect(router.routes(corrected)).toEqual(router.routes(having(context, wanted)))
      }),
    )
  })

  test('has nothing to restore where nothing is', () => {
    expect(router.restore(setUp({ cluster: [] }))).toEqual({ write: [], remove: [] })
  })

  test('copies requests exactly as its abilities say', () => {
    const context = setUp({ analysis: { mirror: true, mirrorWeight: 60 } })
    const { mirror, mirrorWeight } = router.abilities(context)
    const routes = { ...toPrimary, mirrored: true }
    const once = having(context, rendered(context, routes))
    expect(router.routes(once)?.mirrored ?? false).toBe(mirror)
    expect(router.routes(once)?.mirrorWeight).toBe(mirrorWeight ? 60 : undefined)
    const off = having(once, rendered(once, toPrimary))
    expect(router.routes(off)).toEqual(toPrimary)
  })

  test('sends only matching requests to the canary, exactly as its abilities say', () => {
    const test = { iterations: 3, stepWeight: 0, match: fixture.match }
    const context = setUp({ analysis: test })
    const { match } = router.abilities(context)
    expect(match).toBe(fixture.match.length > 0)
    if (!match) return
    for (const routes of [toPrimary, toCanary, toPrimary]) {
      const once = having(context, rendered(context, routes))
      expect(router.routes(once)).toEqual(routes)
      expect(rendered(once, routes)).toEqual(rendered(context, routes))
    }
    const everybody = rendered(setUp(), toCanary)
    expect(rendered(context, toCanary)).not.toEqual(everybody)
  })

  test('keeps users by cookie exactly as its abilities say', () => {
    const sessionAffinity = { cookieName: 'version', primaryCookieName: 'stable' }
    const status = {
      sessionAffinityCookie: 'version=XwMkqACCVd',
      primarySessionAffinityCookie: 'stable=FxWkYpfjYD',
    }
    const context = setUp({ analysis: { sessionAffinity }, status })
    const routes: Routes = { primary: 70, canary: 30, mirrored: false }
    const objects = rendered(context, routes)
    const names = (text: string) => JSON.stringify(objects).includes(text)
    const { sessionAffinity: able } = router.abilities(context)
    expect([names('XwMkqACCVd'), names('FxWkYpfjYD')]).toEqual([able, able])
    if (objects.length > 0) expect(router.routes(having(context, objects))).toEqual(routes)
  })

  plainTest('has no exception that names no test', () => {
    expect([...left]).toEqual([])
  })
})

// Whose kinds nobody knows here has its rights from whoever writes its template.
plainTest.each(providers.filter(({ shownAs }) => shownAs === undefined))(
  '$names.0 asks for the right to delete what it deletes, and no more',
  (of) => {
    const removed = of.names.flatMap((provider) => {
      const { spec, cluster } = fixtureOf(provider)
      const context = contextOf({ provider, spec, cluster })
      const objects = of.router.render(context, toCanary)
      return of.router.restore({ ...context, find: findIn([...cluster, ...objects]) }).remove
    })
    const nameOf = ({ apiVersion, kind }: { apiVersion: string; kind: string }) =>
      `${apiVersion} ${kind}`
    const deleted = new Set(removed.map(nameOf))
    expect(deletedBy(of).map(nameOf).sort()).toEqual([...deleted].sort())
  },
)

function expectInvalidSpecAtMost(run: () => unknown): void {
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidSpecError)
  }
}
