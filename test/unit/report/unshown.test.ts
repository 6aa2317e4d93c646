import { expect, test } from 'vitest'
import { unshown } from '../../../src/report/reading/gather.ts'

const rest = { service: { port: 80 }, analysis: { interval: '1m', threshold: 5 } }
/** As an older definition of Canaries let it in. */
const unknown = {
  apiVersion: 'apps.example.com/v1',
  kind: 'DeploymentConfig' as never,
  name: 'odd',
}
const known = { apiVersion: 'apps/v1', kind: 'Deployment' as const, name: 'podinfo' }

test('a kind that nothing here knows is named, with its group', () => {
  const messages = unshown({ spec: { targetRef: unknown, autoscalerRef: unknown, ...rest } }).map(
    ({ message }) => message,
  )

  const kind = 'no DeploymentConfig of apps.example.com/v1 is known here'
  expect(messages).toEqual([
    `can't show what spec.targetRef names: ${kind}`,
    `can't show what spec.autoscalerRef names: ${kind}`,
  ])
})

test('nothing is said of kinds that are known', () => {
  expect(unshown({ spec: { targetRef: known, ...rest } })).toEqual([])
})
