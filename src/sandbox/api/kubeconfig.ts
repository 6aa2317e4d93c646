import { stringify } from 'yaml'

/** A kubeconfig as YAML text for one server; the token is left out where none is needed. */
export function kubeconfigFor(server: string, token?: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'sandbox',
    clusters: [{ name: 'sandbox', cluster: { server } }],
    users: [{ name: 'sandbox', user: token ? { token } : {} }],
    contexts: [
      { name: 'sandbox', context: { cluster: 'sandbox', user: 'sandbox', namespace: 'default' } },
    ],
  })
}
