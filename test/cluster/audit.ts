import { readFile } from 'node:fs/promises'

/** One use of a right: what a request needs from the roles of whoever makes it. */
export interface Use {
  user: string
  /** As in roles: `apps/deployments`, `/services`, `flagger.app/canaries/status`. */
  resource: string
  verb: string
  namespace: string
  name: string
  /** True when the server refused it for want of a right. */
  isForbidden: boolean
}

interface AuditEvent {
  verb: string
  user: { username: string }
  requestURI: string
  objectRef?: {
    apiGroup?: string
    resource?: string
    subresource?: string
    namespace?: string
    name?: string
  }
  responseStatus?: { code?: number }
}

/** What service accounts asked for so far, from the audit log of the API server. */
export async function readAudit(file: string): Promise<Use[]> {
  const lines = (await readFile(file, 'utf8')).split('\n')
  // The last line may still be being written.
  const complete = lines.slice(0, -1)
  return complete.map((line) => useOf(JSON.parse(line) as AuditEvent))
}

function useOf({ verb, user, requestURI, objectRef, responseStatus }: AuditEvent): Use {
  const { apiGroup = '', resource, subresource, namespace = '', name = '' } = objectRef ?? {}
  const parts = [apiGroup, resource, ...(subresource ? [subresource] : [])]
  return {
    user: user.username,
    resource: resource ? parts.join('/') : requestURI.replace(/\?.*/, ''),
    verb,
    namespace,
    name,
    isForbidden: responseStatus?.code === 403,
  }
}
