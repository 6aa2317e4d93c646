import { describe, expect, test } from 'vitest'
import {
  identityOf,
  primaryLabels,
  targetLabels,
} from '../../../../src/workloads/identity/identity.ts'
import type { Deployment, LabelSelector } from '../../../../src/workloads/pods/pod-template.ts'
import { deployment } from '../builders.ts'

const keys = ['app', 'name', 'app.kubernetes.io/name']

interface Of {
  name?: string
  selector: LabelSelector
  labels?: Record<string, string>
}

function selecting({ name = 'web', selector, labels }: Of): Deployment {
  const base = deployment({ name, labels: labels ?? selector.matchLabels ?? {} })
  return { ...base, spec: { ...base.spec, selector } }
}

const target = (labels: Record<string, string>, ofPods = labels) =>
  selecting({ selector: { matchLabels: labels }, labels: ofPods })
const primary = (labels: Record<string, string>, ofPods = labels) =>
  selecting({ name: 'web-primary', selector: { matchLabels: labels }, labels: ofPods })

describe('a primary that is to be made', () => {
  test('is selected by all that the target is, with one value of its own', () => {
    const labels = { 'app.kubernetes.io/name': 'orders', 'app.kubernetes.io/component': 'api' }
    const {
      key,
      target: ofTarget,
      primary: ofPrimary,
    } = identityOf({ target: target(labels), primary: undefined }, keys)
    expect(key).toBe('app.kubernetes.io/name')
    expect(ofTarget).toEqual(labels)
    expect(ofPrimary).toEqual({ ...labels, 'app.kubernetes.io/name': 'orders-primary' })
  })

  test('takes an expression with one value for a label', () => {
    const selector = {
      matchLabels: { app: 'web' },
      matchExpressions: [{ key: 'tier', operator: 'In', values: ['api'] }],
    }
    const labels = { app: 'web', tier: 'api', version: '1' }
    const identity = identityOf(
      { target: selecting({ selector, labels }), primary: undefined },
      keys,
    )
    expect(identity.target).toEqual({ app: 'web', tier: 'api' })
    expect(identity.primary).toEqual({ app: 'web-primary', tier: 'api' })
  })

  test.each([
    { key: 'tier', operator: 'In', values: ['api', 'edge'] },
    { key: 'tier', operator: 'NotIn', values: ['worker'] },
    { key: 'tier', operator: 'Exists' },
  ])(
    'is bound to no value that the target may change, and its Service to the present one: %j',
    (expression) => {
      const selector = { matchLabels: { app: 'web' }, matchExpressions: [expression] }
      const labels = { app: 'web', tier: 'api' }
      const identity = identityOf(
        { target: selecting({ selector, labels }), primary: undefined },
        keys,
      )
      expect(identity.target).toEqual({ app: 'web', tier: 'api' })
      expect(identity.primary).toEqual({ app: 'web-primary' })
    },
  )

  test('takes the first listed label that leaves room for the suffix', () => {
    const labels = { app: 'a'.repeat(56), name: 'web' }
    const fresh = identityOf({ target: target(labels), primary: undefined }, keys)
    expect(fresh.key).toBe('name')
    const made = primary(fresh.primary)
    expect(identityOf({ target: target(labels), primary: made }, keys).warning).toBeUndefined()
  })

  test('is no label without a value, to which no suffix can be added', () => {
    const of = (labels: Record<string, string>) =>
      identityOf({ target: target(labels), primary: undefined }, keys)
    expect(of({ app: '', name: 'web' }).key).toBe('name')
    expect(() => of({ app: '' })).toThrow(
      'deployment web.test: the selecting label app has no value, and -primary alone is none that ' +
        'its primary may have; select its pods by',
    )
  })

  test('is refused where no listed label leaves room, with the reason and the remedy', () => {
    const labels = { app: 'a'.repeat(60) }
    expect(() => identityOf({ target: target(labels), primary: undefined }, keys)).toThrow(
      'deployment web.test: the value of the selecting label app has 60 characters, and -primary, ' +
        'which its primary adds, needs 8 of the 63 that a label may have; select its pods by ' +
        'app or name or app.kubernetes.io/name with at most 55 characters, or list another label ' +
        'of its selector in -selector-labels',
    )
    expect(
      identityOf({ target: target({ app: 'a'.repeat(55) }), primary: undefined }, keys).key,
    ).toBe('app')
  })
})

describe('a primary that exists', () => {
  const both = { app: 'web', deploy: 'web' }

  test('keeps its label, whatever the flag says, and the warning names all three', () => {
    const found = primary({ app: 'web-primary' }, { app: 'web-primary', deploy: 'web' })
    const identity = identityOf({ target: target(both), primary: found }, ['deploy'])
    expect(identity).toMatchObject({ key: 'app', target: both, primary: { app: 'web-primary' } })
    expect(identity.warning).toBe(
      '-selector-labels=deploy asks for label deploy of web.test; primary web-primary.test is ' +
        'selected by app=web-primary for as long as it exists, and the Services with it: name app ' +
        'first there',
    )
    expect(primaryLabels(both, identity)).toEqual({ app: 'web-primary', deploy: 'web' })
  })

  test('is no reason for a warning where flag and target agree with it', () => {
    const found = primary({ app: 'web-primary' }, { app: 'web-primary', deploy: 'web' })
    expect(identityOf({ target: target(both), primary: found }, keys).warning).toBeUndefined()
  })

  test('needs none of the listed labels any more', () => {
    const found = primary({ run: 'web-primary' })
    const identity = identityOf({ target: target({ run: 'web' }), primary: found }, keys)
    expect(identity).toMatchObject({ key: 'run', primary: { run: 'web-primary' } })
    expect(identity.warning).toContain('asks for none of its labels of web.test')
  })

  test('keeps its value under a target that was made anew with another one', () => {
    const anew = target({ app: 'shop' })
    const identity = identityOf({ target: anew, primary: primary({ app: 'web-primary' }) }, keys)
    expect(identity).toMatchObject({ target: { app: 'shop' }, primary: { app: 'web-primary' } })
    expect(identity.warning).toMatch(/^the target web\.test has app=shop now; primary web-primary/)
    expect(primaryLabels({ app: 'shop' }, identity)).toEqual({ app: 'web-primary' })
    expect(targetLabels({ app: 'web-primary' }, identity)).toEqual({ app: 'web' })
  })

  test('is told from a target that was made anew with another label, now and once it is a copy', () => {
    const anew = target({ name: 'web' })
    const old = primary({ app: 'web-primary' })
    const identity = identityOf({ target: anew, primary: old }, keys)
    expect(identity.target).toEqual({ name: 'web' })
    const labels = primaryLabels({ name: 'web' }, identity)
    expect(labels).toEqual({ app: 'web-primary', name: 'web-primary' })
    const copied = primary({ app: 'web-primary' }, labels)
    expect(identityOf({ target: anew, primary: copied }, keys).target).toEqual({ name: 'web' })
    expect(targetLabels({ app: 'web-primary' }, identity)).toEqual({ app: 'web' })
  })

  test('is told by the label of the target’s pods where their selector alone selects both', () => {
    const old = primary({ app: 'web-primary' }, { app: 'web-primary', name: 'web' })
    const anew = target({ name: 'web' }, { name: 'web', app: 'web' })
    expect(identityOf({ target: anew, primary: old }, keys).target).toEqual({
      name: 'web',
      app: 'web',
    })
  })

  test('that nothing tells from the target is refused with both names', () => {
    const old = primary({ app: 'web-primary' }, { app: 'web-primary', name: 'web' })
    expect(() => identityOf({ target: target({ name: 'web' }), primary: old }, keys)).toThrow(
      'deployment web.test and its primary web-primary.test have pods with the same labels, so ' +
        'that no Service can tell them apart; give the pods of the target a label app of their own',
    )
    const users = primary({ app: 'web' })
    expect(() => identityOf({ target: target({ app: 'web' }), primary: users }, keys)).toThrow(
      /no Service can tell them apart; rename or remove deployment web-primary\.test/,
    )
  })

  test('keeps a value that ends like a primary’s by itself', () => {
    const labels = { app: 'web', role: 'db-primary' }
    const found = primary({ app: 'web-primary', role: 'db-primary' })
    const identity = identityOf({ target: target(labels), primary: found }, keys)
    expect(identity.marks).toEqual({
      app: { target: 'web', primary: 'web-primary', origin: 'web' },
    })
    expect(targetLabels({ app: 'web-primary', role: 'db-primary' }, identity)).toEqual(labels)
  })
})
