import { boolean, string } from '@oclif/core/flags'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { isRunning } from '../../src/canary/phases.ts'
import { KubeError } from '../../src/errors.ts'
import { installation, usualNamespace } from '../../src/installation/objects.ts'
import { type KubeObject, refOf } from '../../src/objects.ts'
import { canaryKind } from '../input/find-canaries.ts'
import { nameOf } from '../installing/plan.ts'
import { readManifests } from '../installing/read-manifests.ts'
import {
  checkContext,
  confirmLoss,
  heldBack,
  lossLines,
  refuseFinalizers,
  refuseSharedNamespace,
  removalLines,
} from '../installing/removal.ts'
import { CanaryCommand } from '../shell/base.ts'
import { exits, Failure } from '../shell/failure.ts'
import { confirmAs } from '../shell/prompt.ts'
import type { Session } from '../shell/session.ts'

export class Uninstall extends CanaryCommand {
  static override place = 2
  static override completes = 'nothing' as const
  static override summary = 'Remove the controller, and leave canaries and traffic as they are'
  static override group = 'Controller' as const
  static override synopsis =
    '[-n NAMESPACE] [--only-namespace] [--keep-namespace=false] [--delete-crds [--context-is=NAME]] [--dry-run] [--yes] [options]'
  static override description =
    'Removes what `install` made, but for the namespace and the definitions: with those every Canary would go, and its primary with it, which serves the users. It refuses while a run is under way, which nobody would end. Who means it removes them, too, by --delete-crds: it lists what goes, and asks for the name of the context.'
  static override examples = [
    { description: 'What would go?', command: '<%= config.bin %> uninstall --dry-run' },
    { description: 'Without a question', command: '<%= config.bin %> uninstall --yes' },
    {
      description: 'With every Canary and primary, in a script',
      command: '<%= config.bin %> uninstall --delete-crds --yes --context-is=staging',
    },
  ]
  static override permissions = ['get, delete of what was installed', 'list canaries.flagger.app']
  static override exitCodes = [
    '0  done',
    '1  error, or not confirmed',
    '2  wrong usage, or confirmation needed without a terminal',
  ]
  static override flags = {
    'only-namespace': boolean({
      summary: 'It was installed for the namespace of -n alone',
      allowNo: true,
    }),
    force: boolean({ summary: 'Also while runs are under way', allowNo: true }),
    'dry-run': boolean({ summary: 'Print what would go, and change nothing', allowNo: true }),
    'keep-namespace': boolean({
      summary: 'Keep the namespace; =false removes it with whatever else is in it',
      allowNo: true,
      default: true,
    }),
    'delete-crds': boolean({
      summary: 'Also the definitions, and with them every Canary and every primary',
      allowNo: true,
    }),
    'context-is': string({
      summary: 'Go on only in the context of this name; answers the question of --delete-crds',
    }),
    yes: boolean({ summary: 'Do not ask', char: 'y', allowNo: true }),
  }

  async run(): Promise<number> {
    const { flags } = await this.parse(Uninstall)
    const session = await this.session(flags)
    const { terminal } = session
    const onlyNamespace = flags['only-namespace']
    const namespace = flags.namespace ?? (onlyNamespace ? session.namespace : usualNamespace)
    const { 'delete-crds': withDefinitions, 'context-is': expected } = flags
    checkContext(expected, session)
    const isEverywhere = !onlyNamespace || withDefinitions
    const canaries = await canariesOf(isEverywhere ? undefined : namespace, session)
    const stays = new Set([
      ...(withDefinitions ? [] : ['CustomResourceDefinition']),
      ...(flags['keep-namespace'] ? ['Namespace'] : []),
    ])
    const objects = await present({ namespace, onlyNamespace, stays }, session)
    refuseSharedNamespace(objects, canaries)
    if (objects.length === 0) {
      terminal.err(`note: nothing is installed in namespace ${namespace}\n`)
      return exits.done
    }
    const lines = [...removalLines(objects), ...(withDefinitions ? lossLines(canaries) : [])]
    if (flags['dry-run']) {
      terminal.out(`${lines.join('\n')}\n`)
      return exits.done
    }
    if (!flags.force) refuseRuns(canaries, session)
    if (!flags.force && withDefinitions) refuseFinalizers(canaries, session)
    const where = session.context ? ` in context ${session.context}` : ''
    const head = `Remove the controller from namespace ${namespace}${where}?`
    const kept = `  ${canaries.length} canaries stay as they are, and traffic with them`
    if (withDefinitions) await confirmLoss([head, ...lines], flags, session)
    else if (!flags.yes)
      await confirmAs('removing the controller', [head, ...lines, kept], 'Remove?', session)
    for (const object of objects) await remove(object, session)
    if (!withDefinitions) warnOfFinalizers(canaries, session)
    return exits.done
  }
}

async function canariesOf(
  namespace: string | undefined,
  { kube, signal }: Session,
): Promise<CanaryResource[]> {
  const where = namespace === undefined ? {} : { namespace }
  const found = await kube.list<CanaryResource>(canaryKind, { ...where, signal }).catch(orNothing)
  return found?.items ?? []
}

/** What is there of an installation, the controller itself first, but for the kinds that stay. */
async function present(
  {
    namespace,
    onlyNamespace,
    stays,
  }: { namespace: string; onlyNamespace: boolean; stays: ReadonlySet<string> },
  { kube, signal }: Session,
): Promise<KubeObject[]> {
  const manifests = await readManifests(onlyNamespace)
  const all = installation(manifests, { namespace, onlyNamespace, version: '' })
  const found: KubeObject[] = []
  for (const object of all.filter(({ kind }) => !stays.has(kind)).toReversed())
    if (await kube.get(refOf(object), signal).catch(orNothing)) found.push(object)
  return found
}

/** Of a kind that the cluster does not have, nothing can be there. */
function orNothing(error: unknown): undefined {
  if (!(error instanceof KubeError) || error.status !== 404) throw error
}

function refuseRuns(canaries: readonly CanaryResource[], { commands }: Session): void {
  const running = canaries.filter(({ status }) => isRunning(status?.phase ?? ''))
  const [first] = running
  if (!first) return
  const { namespace = '', name } = first.metadata
  const others = running.length > 1 ? ` and ${running.length - 1} more are` : ' is'
  throw new Failure(
    `error: canary ${name} in namespace ${namespace}${others} in a run, which nobody would end`,
    {
      exit: exits.error,
      hints: [
        `end it: ${commands.plugin('abort', first.metadata)}`,
        'or leave traffic where it is: --force',
      ],
    },
  )
}

async function remove(object: KubeObject, { kube, signal, terminal }: Session): Promise<void> {
  await kube.delete(refOf(object), { signal })
  terminal.out(`${nameOf(object)}/${object.metadata.name} removed\n`)
}

function warnOfFinalizers(canaries: readonly CanaryResource[], { terminal }: Session): void {
  const names = heldBack(canaries)
  if (names === '') return
  terminal.err(
    `note: with revertOnDeletion a canary is not gone before a controller gave its routes back: ${names}\n`,
  )
}
