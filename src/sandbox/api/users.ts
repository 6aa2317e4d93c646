/** Who asks. */

export interface User {
  name: string
  groups?: string[]
}

/** Everyone, where the server knows no tokens. */
export const administrator: User = {
  name: 'system:admin',
  groups: ['system:masters', 'system:authenticated'],
}

export const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] }
