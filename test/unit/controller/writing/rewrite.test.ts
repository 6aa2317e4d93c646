import { expect, test } from 'vitest'
import { rewriting } from '../../../../controller/writing/rewrite.ts'
import { KubeError } from '../../../../src/errors.ts'

const conflict = new KubeError('modified', { status: 409 })

/** A write that these refuse, one after the other, and how often was looked again. */
async function written(refusals: unknown[], holds = true) {
  const left = [...refusals]
  let looks = 0
  const write = () => (left.length > 0 ? Promise.reject(left.shift()) : Promise.resolve('stored'))
  const result = await rewriting(write, async () => {
    looks += 1
    return holds
  }).catch((error: unknown) => error)
  return { result, looks }
}

test('a write that others get in between of is made again, as long as what was decided holds', async () => {
  expect(await written([])).toEqual({ result: 'stored', looks: 0 })
  expect(await written([conflict, conflict, conflict])).toEqual({ result: 'stored', looks: 3 })
})

test.each<[what: string, refusals: unknown[], holds: boolean, looks: number]>([
  ['others write again and again', Array(9).fill(conflict), true, 3],
  ['what was decided does not hold', [conflict], false, 1],
])('where %s the step begins anew', async (_, refusals, holds, looks) => {
  expect(await written(refusals, holds)).toEqual({ result: conflict, looks })
})

test('whatever else is refused is not written again', async () => {
  const refused = new KubeError('not allowed', { status: 403 })
  expect(await written([refused])).toEqual({ result: refused, looks: 0 })
})
