import { expect, test } from 'vitest'
import { kubernetes } from '../../../../src/routers/kubernetes/router.ts'
import { contextOf } from '../../../conformance/routers/fixtures.ts'

test('the routes follow the iterations in the status', () => {
  const provider = 'kubernetes'
  const at = (iterations: number) =>
    kubernetes.routes(contextOf({ provider, status: { iterations } }))
  expect(at(0)).toEqual({ primary: 100, canary: 0, mirrored: false })
  expect(at(1)).toEqual({ primary: 0, canary: 100, mirrored: false })
  expect(at(-1)).toEqual({ primary: 100, canary: 0, mirrored: false })
})
