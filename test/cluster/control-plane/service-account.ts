import path from 'node:path'
import type { Api } from './api.ts'
import { type Access, writeKubeconfig } from './kubeconfig.ts'

export interface ServiceAccount {
  namespace: string
  name: string
}

/**
 * Writes a kubeconfig with a token of an existing service account, valid for a day, to
 * `<folder>/<namespace>-<name>.kubeconfig`; gives its path. `access` is where the server is.
 */
export async function writeServiceAccountKubeconfig(
  api: Api,
  { server, ca }: Access,
  { account, folder }: { account: ServiceAccount; folder: string },
): Promise<string> {
  const { namespace, name } = account
  const { status } = await api.request<{ status: { token: string } }>(
    'POST',
    `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    { spec: { expirationSeconds: 24 * 3600 } },
  )
  const file = path.join(folder, `${namespace}-${name}.kubeconfig`)
  return await writeKubeconfig(file, { server, ...(ca && { ca }), token: status.token })
}
