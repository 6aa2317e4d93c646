import { expect, test } from 'vitest'
import { budgetsOf } from '../../../../controller/observe/budgets.ts'
import type { Cache } from '../../../../src/io/kube/cache/cache.ts'
import { silent } from '../../../../src/io/log.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { canary } from '../../../support/observation.ts'
import { forbidden } from './asked-beside.ts'

const budget: KubeObject = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'checkout', namespace: 'shop' },
}

function given({ isSynced, error }: { isSynced: boolean; error?: Error }) {
  const said: string[] = []
  const cache: Pick<Cache, 'list' | 'synced' | 'want'> = {
    want: () => (error ? Promise.reject(error) : Promise.resolve()),
    synced: () => isSynced,
    // As everywhere the caller names the type.
    list: <T extends KubeObject>() => [budget] as T[],
  }
  const log = { ...silent, debug: (_: object, message: string) => void said.push(message) }
  return { said, look: () => budgetsOf(canary(), { cache, log }) }
}

test('budgets are known once they were listed', () => {
  expect(given({ isSynced: false }).look()).toBeUndefined()
  expect(given({ isSynced: true }).look()).toEqual([budget])
})

test('a list of them that fails is a line in the log, and holds nobody up', async () => {
  const { said, look } = given({ isSynced: false, error: forbidden })
  expect(look()).toBeUndefined()
  await new Promise((resolve) => setImmediate(resolve))
  expect(said).toEqual(['budgets not listed'])
})
