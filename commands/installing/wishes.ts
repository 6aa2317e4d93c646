/** What the flags of install ask for. */
import { boolean, string } from '@oclif/core/flags'
import pack from '../../package.json' with { type: 'json' }
import { UsageError } from '../../src/errors.ts'
import { definitionChoices, usualNamespace, type Wishes } from '../../src/installation/objects.ts'

export const wishFlags = {
  provider: string({ summary: 'Provider of canaries that name none' }),
  'metrics-server': string({ summary: 'Address of the Prometheus of the built-in checks' }),
  image: string({
    summary:
      'Image of the controller, with its tag; default is kubectl-canary-controller of this version',
  }),
  version: string({
    summary: 'Version of the controller, as the tag of its image; the manifests stay these',
  }),
  'only-namespace': boolean({
    summary: 'Look after the namespace of -n alone, with rights in no other',
    allowNo: true,
  }),
  'watch-namespace': string({ summary: 'The same as -n NAMESPACE --only-namespace' }),
  crds: string({
    summary:
      'Definitions: auto leaves those that are there and that you may not change, install insists, skip leaves all out, only applies nothing else',
    options: [...definitionChoices],
    default: 'auto',
  }),
}

export interface WishValues {
  namespace?: string | undefined
  'only-namespace': boolean
  'watch-namespace'?: string | undefined
  provider?: string | undefined
  'metrics-server'?: string | undefined
  image?: string | undefined
  version?: string | undefined
  crds: string
}

/**
 * `contextual` is the namespace of the context: where people work, not where controllers run. Throws
 * UsageError for flags that contradict each other.
 */
export function wishesOf(flags: WishValues, contextual: string): Wishes {
  const { 'watch-namespace': watched, version, image } = flags
  if (watched !== undefined) refuseOther(watched, flags)
  if (version !== undefined && image !== undefined)
    throw new UsageError('--image has a tag, which says the version: leave out --version')
  const onlyNamespace = flags['only-namespace'] || watched !== undefined
  const own = watched ?? flags.namespace
  return {
    namespace: own ?? (onlyNamespace ? contextual : usualNamespace),
    onlyNamespace,
    provider: flags.provider,
    metricsServer: flags['metrics-server'],
    image,
    version: version?.replace(/^v(?=\d)/, '') ?? pack.version,
    definitions: definitionChoices.find((one) => one === flags.crds) ?? 'auto',
  }
}

function refuseOther(watched: string, { namespace }: WishValues): void {
  if (watched.includes(','))
    throw new UsageError(
      `invalid argument "${watched}" for "--watch-namespace" flag: one controller looks after one namespace, or after all; install one in each`,
    )
  if (namespace === undefined || namespace === watched) return
  throw new UsageError(
    `a controller of namespace ${watched} runs there, with rights in no other: leave out -n ${namespace}`,
  )
}

/** Why the wished version may not fit these manifests; undefined where it does. */
export function skew(version: string, own = pack.version): string | undefined {
  const [major, minor] = numbersOf(version)
  const [ownMajor, ownMinor] = numbersOf(own)
  if (major === undefined || minor === undefined) return undefined
  if (major === ownMajor && Math.abs(minor - (ownMinor ?? minor)) <= 1) return undefined
  return `version ${version} is more than one minor version from ${own}, whose manifests these are: install it by its own plugin`
}

function numbersOf(version: string): (number | undefined)[] {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? []
  return [major, minor].map((text) => (text === undefined ? undefined : Number(text)))
}
