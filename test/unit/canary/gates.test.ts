import { expect, test } from 'vitest'
import { gateAnnotation, keptGate } from '../../../src/canary/gates.ts'
import { hook } from '../../support/hook.ts'

const gate = { ...hook, name: 'Promotion gate', type: 'confirm-promotion' } as const
const key = 'flagger.app/gate.promotion-gate'
const said = (value: string) => keptGate(gate, { annotations: { [key]: value } })

test('a gate has an annotation that Kubernetes takes', () => {
  expect(gateAnnotation('Promotion gate')).toBe(key)
  for (const name of ['-a/b-', 'ü'.repeat(3), 'x'.repeat(100), 'A.b_c', `${'x'.repeat(57)}-y`]) {
    const [, end = ''] = gateAnnotation(name).split('/')
    expect(end.length).toBeLessThanOrEqual(63)
  }
  expect(gateAnnotation('-a/b-')).toBe('flagger.app/gate.a-b')
})

test('the annotation opens and closes it, whatever its address would say', () => {
  expect(said('open')).toEqual({ state: 'open', why: '' })
  expect(said(' Open\n')).toMatchObject({ state: 'open' })
  expect(said('closed')).toEqual({ state: 'closed', why: `closed by the annotation ${key}` })
  expect(said('true')).toEqual({ state: 'closed', why: `${key} says neither open nor closed` })
})

test('without the annotation its address is asked, and without an address it is closed', () => {
  expect(keptGate(gate, {})).toBeUndefined()
  expect(keptGate({ ...gate, url: '' }, {})).toEqual({
    ...{ state: 'closed', why: `not opened: set the annotation ${key}` },
  })
})

test('only what holds a run, or ends it, is a gate', () => {
  const annotations = { 'flagger.app/gate.load': 'open' }
  expect(keptGate(hook, { annotations })).toBeUndefined()
  expect(keptGate({ ...hook, type: 'rollback' }, { annotations })).toMatchObject({ state: 'open' })
  const told = { ...hook, type: 'rollback', call: 'onRollback' } as const
  expect(keptGate(told, { annotations })).toBeUndefined()
})
