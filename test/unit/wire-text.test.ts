import { expect, test } from 'vitest'
import { bodyText, headerText } from '../../src/wire-text.ts'

test.each([
  ['authorization', 'Bearer hunter2', 'Bearer <masked>'],
  ['Proxy-Authorization', 'Basic aHVudGVyMg==', 'Basic <masked>'],
  ['authorization', 'hunter2', '<masked>'],
  ['Cookie', 'id=hunter2; other=hunter2', '<masked>'],
  ['set-cookie', 'id=hunter2', '<masked>'],
  [
    'user-agent',
    'kubectl-canary/v0.1.0 (linux/x64) list',
    'kubectl-canary/v0.1.0 (linux/x64) list',
  ],
])('of the header %s: %s is shown %s', (name, value, shown) => {
  expect(headerText(name, value)).toBe(shown)
})

const secret = { kind: 'Secret', metadata: { name: 's' }, data: { a: 'hunter2', b: 'hunter2' } }

test.each<[string, unknown]>([
  ['a Secret', secret],
  ['what is to become one', { ...secret, data: undefined, stringData: { a: 'hunter2' } }],
  ['a list of Secrets', { kind: 'SecretList', items: [{ ...secret, kind: undefined }] }],
  ['a list of anything', { kind: 'List', items: [secret] }],
  [
    'what was applied of one',
    {
      kind: 'Secret',
      metadata: {
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(secret),
        },
      },
    },
  ],
  ['a token that was asked for', { kind: 'TokenRequest', status: { token: 'hunter2' } }],
  [
    'a variable of a container',
    { spec: { containers: [{ env: [{ name: 'DB_PASSWORD', value: 'hunter2' }] }] } },
  ],
  ['metadata of a hook', { spec: { webhooks: [{ metadata: { 'api-key': 'hunter2' } }] } }],
  [
    'the address of a chat',
    { kind: 'AlertProvider', spec: { address: 'https://hooks.slack.com/services/T0/hunter2' } },
  ],
  ['a login in an address', { spec: { metricsServer: 'http://jane:hunter2@prometheus:9090/x' } }],
])('of %s no secret is shown', (_, document) => {
  const body = JSON.stringify(document)
  expect(body).toContain('hunter2')
  const shown = bodyText(body)
  expect(shown).not.toContain('hunter2')
  expect(() => JSON.parse(shown)).not.toThrow()
})

test('all else is shown as it came', () => {
  const canary = {
    kind: 'Canary',
    metadata: { name: 'podinfo', managedFields: [{ manager: 'x' }] },
    spec: { metricsServer: 'http://prometheus:9090', webhooks: [{ secretRef: { name: 'token' } }] },
    status: { failedChecks: 0, conditions: [] },
  }
  for (const document of [canary, { kind: 'ConfigMap', data: { colour: 'blue' } }, [1, null], 'x'])
    expect(bodyText(JSON.stringify(document))).toBe(JSON.stringify(document))
  expect(bodyText('<html>502</html>')).toBe('<html>502</html>')
})
