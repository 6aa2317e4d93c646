import { string as argument } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import type { CheckedItem } from '../../src/cluster-check/item.ts'
import { checkDocument, checkItems } from '../../src/cluster-check/items.ts'
import { UsageError } from '../../src/errors.ts'
import { usualNamespace } from '../../src/installation/objects.ts'
import { resourceKind } from '../../src/known-kinds.ts'
import type { KubeObject } from '../../src/objects.ts'
import type { Scope } from '../checking/cluster-facts.ts'
import { choose } from '../input/choose.ts'
import { canaryKind } from '../input/find-canaries.ts'
import { outputFlag, selectFlags } from '../input/flag-groups.ts'
import { readSelection, type Selection } from '../input/selection.ts'
import { clean } from '../output/clean.ts'
import { documentText, readDocumentFormat } from '../output/formats.ts'
import type { Style } from '../output/style.ts'
import { wrapBehind } from '../output/wrap.ts'
import { CanaryCommand } from '../shell/base.ts'
import { exits } from '../shell/failure.ts'
import { exitOf, tellFailures } from '../shell/failures.ts'
import type { Session } from '../shell/session.ts'

export class Check extends CanaryCommand {
  static override place = 3
  static override summary = 'Check whether the cluster and its controller are well'
  static override group = 'Controller' as const
  static override synopsis =
    '[NAME... | -A] [--pre] [--migrate [--mesh-provider=NAME]] [-o FORMAT] [options]'
  static override description =
    'Versions, definitions, who handles the canaries and whether that controller lives, metric servers that are Services of the cluster, what you may do, and executables that shadow commands. With names only the controller and the metric servers of these canaries count. --pre is for before an installation: whether the server is new enough, another controller is in the way, and you may install one. --migrate lists what of an installation of Flagger this controller would not care for, with the reason of each: before it takes over, nothing is changed.'
  static override examples = [
    { description: 'This namespace', command: '<%= config.bin %> check' },
    { description: 'What one canary needs', command: '<%= config.bin %> check podinfo' },
    {
      description: 'Before moving from Flagger, everywhere',
      command: '<%= config.bin %> check -A --migrate',
    },
  ]
  static override permissions = [
    'list, or with names get, canaries.flagger.app; list metrictemplates; for --migrate also metrictemplates and alertproviders',
    'get the lease of the controller; get services and services/proxy, to ask metric servers',
    'for --pre: list deployments.apps in all namespaces',
  ]
  static override exitCodes = [
    '0  all is well',
    '1  error',
    '2  wrong usage',
    '3  something is not',
  ]
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    'all-namespaces': selectFlags['all-namespaces'],
    output: outputFlag('json', 'yaml'),
    pre: boolean({ summary: 'Check whether the controller can be installed', allowNo: true }),
    migrate: boolean({ summary: 'List what would not be cared for', allowNo: true }),
    'mesh-provider': string({
      summary: "Flagger's -mesh-provider, for canaries that name no provider",
      default: '',
    }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Check)
    const selection = selectionOf(argv, flags)
    const terminal = this.terminalOf(flags)
    const format = await readDocumentFormat(flags.output, terminal.readFile)
    const session = await this.session(flags)
    const { allNamespaces } = selection
    const found = selection.named.length > 0 ? await choose(selection, session) : undefined
    const failures = found?.flatMap(({ failure }) => failure ?? []) ?? []
    const canaries = found?.flatMap(({ resource }) => resource ?? [])
    const items = flags.migrate
      ? await migration(session, { allNamespaces, meshProvider: flags['mesh-provider'] })
      : flags.pre
        ? await beforehand(session, flags.namespace)
        : await this.items(session, { allNamespaces, canaries })
    if (format.kind !== 'text') terminal.out(await documentText(format, checkDocument(items)))
    else terminal.out(`${items.flatMap((item) => lines(item, terminal)).join('\n')}\n`)
    tellFailures(failures, terminal)
    const bad = exitOf(canaries?.length ?? 0, failures)
    return bad === exits.done && items.some(({ level }) => level === 'error') ? exits.bad : bad
  }

  private async items(session: Session, of: Pick<Scope, 'allNamespaces' | 'canaries'>) {
    const { clusterFacts } = await import('../checking/cluster-facts.ts')
    const commands = Object.keys(CanaryCommand.registry)
    const program = this.config.bin.replaceAll('-', '_').replaceAll(' ', '-')
    return checkItems(await clusterFacts(session, { ...of, commands, program }))
  }
}

function selectionOf(
  argv: readonly unknown[],
  flags: { 'all-namespaces': boolean; pre: boolean; migrate: boolean },
): Selection {
  if (flags.pre && flags.migrate) throw new UsageError('--pre and --migrate are two checks')
  if (argv.length > 0 && (flags.pre || flags.migrate))
    throw new UsageError('--pre and --migrate are about all canaries, and take no name')
  return readSelection(argv.map(String), { ...flags, all: false, recursive: false })
}

/** As install does, it takes no namespace of a context. */
async function beforehand(session: Session, namespace = usualNamespace): Promise<CheckedItem[]> {
  const [{ beforeFacts }, { beforeItems }] = await Promise.all([
    import('../checking/before-facts.ts'),
    import('../../src/cluster-check/before.ts'),
  ])
  return beforeItems(await beforeFacts(session, namespace))
}

async function migration(
  session: Session,
  { allNamespaces, meshProvider }: { allNamespaces: boolean; meshProvider: string },
): Promise<CheckedItem[]> {
  const [{ listAll }, { migrationItems }] = await Promise.all([
    import('../checking/cluster-facts.ts'),
    import('../../src/cluster-check/migrate.ts'),
  ])
  const kind = (name: string) => resourceKind({ apiVersion: 'flagger.app/v1beta1', kind: name })
  const [canaries, templates, receivers] = await Promise.all([
    listAll<CanaryResource>(canaryKind, session, { allNamespaces }),
    listAll<KubeObject>(kind('MetricTemplate'), session, { allNamespaces }),
    listAll<KubeObject>(kind('AlertProvider'), session, { allNamespaces }),
  ])
  const hidden = Object.entries({ canaries, metrictemplates: templates, alertproviders: receivers })
    .filter(([, found]) => !found)
    .map(
      ([name]): CheckedItem => ({
        ...{ id: 'rights', ok: false, level: 'error', message: `you may not list ${name}` },
      }),
    )
  const of = { canaries: canaries ?? [], templates: templates ?? [], receivers: receivers ?? [] }
  const where = allNamespaces ? undefined : session.namespace
  if (hidden.length > 0 && Object.values(of).flat().length === 0) return hidden
  return [...hidden, ...migrationItems({ ...of, meshProvider, namespace: where })]
}

const moods = { ok: 'good', warning: 'warning', error: 'failed' } as const

function lines(
  { level, message }: CheckedItem,
  { style, width }: { style: Style; width: number | undefined },
): string[] {
  const [sign = ''] = style.state(moods[level], '').split(' ')
  return wrapBehind(`${sign} `, clean(message), width)
}
