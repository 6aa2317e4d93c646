/**
 * Commands that people are told to run. They may be pasted as they stand, so that they reach the
 * same cluster, as the same user, and the same canary; the one place where words are quoted. Pure.
 */
import { clean } from './clean.ts'

/** The flags of the command line that say where and as whom; kubectl has the same. */
export interface ConnectionWords {
  kubeconfig?: string | undefined
  context?: string | undefined
  cluster?: string | undefined
  user?: string | undefined
  namespace?: string | undefined
  server?: string | undefined
  token?: string | undefined
  as?: string | undefined
  'as-group'?: string[] | undefined
  'as-uid'?: string | undefined
  'as-user-extra'?: string[] | undefined
  'client-certificate'?: string | undefined
  'client-key'?: string | undefined
  'certificate-authority'?: string | undefined
  'tls-server-name'?: string | undefined
  'insecure-skip-tls-verify'?: boolean | undefined
}

export interface Named {
  name: string
  namespace?: string | undefined
}

export interface CommandLines {
  /** A command of the plugin for one canary: `promote`, and words that follow, such as `--step`. */
  plugin(verb: string, of: Named, ...words: string[]): string
  /** One that takes no name, such as `check`, for what is in that namespace. */
  general(verb: string, namespace: string | undefined, ...words: string[]): string
  /** A command of kubectl in a namespace: the words after `kubectl`. */
  kubectl(namespace: string, ...words: string[]): string
  /** `canary.flagger.app/podinfo`, with its namespace where that is not the usual one. */
  name(of: Named): string
}

/** Written after the flags given; `namespace` is the one in which a name without more is looked up. */
export function commandLines(
  bin: string,
  flags: ConnectionWords,
  namespace: string | undefined,
): CommandLines {
  const connection = connectionWords(flags)
  const unusual = (other = '') =>
    flags.namespace === undefined && other === namespace ? undefined : other
  const line = (words: readonly string[], of: string | undefined) => {
    const elsewhere = unusual(of)
    const where = elsewhere === undefined ? [] : ['-n', elsewhere]
    return [bin, ...[...words, ...where, ...connection].map(shellWord)].join(' ')
  }
  return {
    plugin: (verb, { name, namespace: of }, ...words) => line([verb, name, ...words], of),
    general: (verb, of, ...words) => line([verb, ...words], of),
    kubectl: (other, ...words) =>
      ['kubectl', '-n', other, ...connection, ...words].map(shellWord).join(' '),
    name(of) {
      const elsewhere = unusual(of.namespace)
      const where = elsewhere === undefined ? '' : ` (namespace ${clean(elsewhere)})`
      return `canary.flagger.app/${clean(of.name)}${where}`
    },
  }
}

/** One word as a POSIX shell reads it back, whatever is in it. */
export function shellWord(text: string): string {
  const shown = clean(text)
  if (/^[\w@%+:,./][\w@%+=:,./-]*$|^--?[a-z][\w@%+=:,./-]*$/.test(shown)) return shown
  return `'${shown.replaceAll("'", `'\\''`)}'`
}

const single = [
  'kubeconfig',
  'context',
  'cluster',
  'user',
  'server',
  'as',
  'as-uid',
  'client-certificate',
  'client-key',
  'certificate-authority',
  'tls-server-name',
] as const

function connectionWords(flags: ConnectionWords): string[] {
  const many = (['as-group', 'as-user-extra'] as const).flatMap((name) =>
    (flags[name] ?? []).map((value) => `--${name}=${value}`),
  )
  return [
    ...single.flatMap((name) => {
      const value = flags[name]
      return value === undefined ? [] : [`--${name}=${value}`]
    }),
    ...many,
    ...(flags['insecure-skip-tls-verify'] ? ['--insecure-skip-tls-verify'] : []),
    // What opens the cluster is no text for screens and logs.
    ...(flags.token === undefined ? [] : ['--token=TOKEN']),
  ]
}
