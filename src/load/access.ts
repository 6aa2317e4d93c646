/** Who may have a load tester do what. Pure. */
import { literal } from '../routers/matching/regex.ts'
import type { Work } from './task.ts'

export type Caller =
  | { kind: 'stranger' }
  /** Has the token of this load tester. */
  | { kind: 'trusted' }
  /** The API server knows the token for that of an account. */
  | { kind: 'account'; namespace: string; name: string }

export interface AccessRules {
  /** Nothing is asked, as with Flagger's load tester. */
  isOpen: boolean
  /** Commands that anybody may have run, whole. */
  allowed: readonly RegExp[]
  /** `NAMESPACE/NAME` of accounts that act for every namespace, as a controller does. */
  trustedAccounts: readonly string[]
}

/** Why not; undefined where it may be done. */
export function refusalOf(
  rules: AccessRules,
  {
    caller,
    namespace,
    work,
    command,
  }: {
    caller: Caller
    namespace: string
    /** Nothing for gates. */
    work?: Work
    command?: string
  },
): string | undefined {
  if (rules.isOpen || caller.kind === 'trusted') return undefined
  // It starts no program, and sends what any pod could send.
  if (work?.kind === 'load') return undefined
  if (command !== undefined && rules.allowed.some((pattern) => pattern.test(command)))
    return undefined
  const what = work ? 'programs are run' : 'gates are opened and closed'
  if (caller.kind === 'stranger')
    return `${what} for callers with a token only: send it as "Authorization: Bearer TOKEN", or as the password in the address of the hook`
  const { namespace: home, name } = caller
  if (home === namespace || rules.trustedAccounts.includes(`${home}/${name}`)) return undefined
  return `the account ${name}.${home} may ask for its own namespace only: name it with -trusted-accounts=${home}/${name}`
}

/** What `*` stands for: part of a word without anything that a shell would act on. */
const anyPart = '[\\w./:@%+,=-]*'

/**
 * The commands of an allow list, one a line, with notes behind `#`: each as a whole, blanks around
 * it apart. `*` stands for letters, digits and `. / : @ % + , = - _`, so that nobody adds a command
 * of theirs.
 */
export function readAllowList(text: string): RegExp[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const pieces = line.split('*').map((piece) => literal(piece))
      return new RegExp(`^\\s*${pieces.join(anyPart)}\\s*$`)
    })
}

/** The token that a request carries: a bearer, or the password of a login. */
export function tokenIn(authorization: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^(bearer|basic) +(\S+)$/i.exec(authorization ?? '') ?? []
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme === '') return undefined
  const login = Buffer.from(value, 'base64').toString('utf8')
  const token = login.slice(login.indexOf(':') + 1)
  return token === '' ? undefined : token
}

/** The account of a user name such as `system:serviceaccount:test:robot`. */
export function accountOf(user: string): Caller {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? []
  if (namespace === undefined || name === undefined) return { kind: 'stranger' }
  return { kind: 'account', namespace, name }
}
