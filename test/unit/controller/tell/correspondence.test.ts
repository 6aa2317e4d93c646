import { expect, test } from 'vitest'
import { createCorrespondence } from '../../../../controller/tell/correspondence.ts'
import type { UnsentAlert } from '../../../../src/canary/api.gen.ts'

const alert = (id: string): UnsentAlert => ({
  ...{ id, occasion: 'failed', severity: 'error', message: 'Rolling back' },
})

test('an alert is noted until each of its receivers has heard, and who has', () => {
  const correspondence = createCorrespondence()
  const noted = correspondence.noted(undefined, [alert('a')])
  expect(noted).toEqual({ unsent: [alert('a')] })
  correspondence.begin('a', 2)
  expect(correspondence.told('a', 'slack')).toBe(false)
  expect(correspondence.noted(noted)).toEqual({ unsent: [{ ...alert('a'), told: ['slack'] }] })
  expect(correspondence.told('a', 'teams')).toBe(true)
  expect(correspondence.noted(noted)).toBeUndefined()
})

test('an alert that no receiver took is known only as long as the status has it', () => {
  const correspondence = createCorrespondence()
  const noted = correspondence.noted(undefined, [alert('a')])
  correspondence.begin('a', 1)
  correspondence.noted(noted)
  expect(correspondence.knows('a')).toBe(true)
  const later = Array.from({ length: 20 }, (_, at) => alert(`b${at}`))
  const full = correspondence.noted(noted, later)
  expect(full?.unsent).toEqual(later)
  correspondence.noted(full)
  expect(correspondence.knows('a')).toBe(false)
  expect(correspondence.told('a', 'slack')).toBe(false)
  expect(correspondence.noted(full)).toEqual(full)
})
