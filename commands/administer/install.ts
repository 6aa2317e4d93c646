import { boolean, string } from '@oclif/core/flags'
import { UsageError } from '../../src/errors.ts'
import {
  type ControllerDeployment,
  controllerRef,
  installation,
  usualNamespace,
  type Wishes,
} from '../../src/installation/objects.ts'
import { conflict, immovable, rivals, unseenControllers } from '../../src/installation/obstacles.ts'
import { type KubeObject, refOf } from '../../src/objects.ts'
import { readTime } from '../input/durations.ts'
import { awaitReady } from '../installing/await-ready.ts'
import { applying, controllersIn, nameOf, planLines, planOf } from '../installing/plan.ts'
import { readManifests } from '../installing/read-manifests.ts'
import { takeOver, takeOverLines } from '../installing/take-over.ts'
import { skew, type WishValues, wishesOf, wishFlags } from '../installing/wishes.ts'
import { yamlText } from '../output/documents.ts'
import { CanaryCommand, type GlobalValues } from '../shell/base.ts'
import { exits, Failure } from '../shell/failure.ts'
import { confirmAs } from '../shell/prompt.ts'
import type { Session } from '../shell/session.ts'
import { note, warn } from '../shell/terminal.ts'

export class Install extends CanaryCommand {
  static override place = 1
  static override completes = 'nothing' as const
  static override summary = 'Install the controller, or take over from Flagger'
  static override group = 'Controller' as const
  static override synopsis =
    '[-n NAMESPACE] [--provider=NAME] [--metrics-server=URL] [--image=NAME | --version=V] [--crds=auto] [--only-namespace] [--take-over] [--dry-run | --export | --wait [--timeout=3m]] [options]'
  static override description =
    'Applies the manifests of crds/ and deploy/, after a plan that the server has tried out. Where Flagger was installed by kubectl or kustomize in the same namespace, it is replaced: its arguments stay, and no canary begins a run because of it. One that runs elsewhere is in the way, unless --take-over scales it to zero; its arguments stay, too. Other ways: docs/install.md.'
  static override examples = [
    {
      description: 'For all namespaces, with Istio',
      command:
        '<%= config.bin %> install --provider istio --metrics-server http://prometheus.istio-system:9090',
    },
    {
      description: 'For the canaries of one namespace',
      command: '<%= config.bin %> install -n shop --only-namespace',
    },
    {
      description: 'In place of a Flagger that is somewhere else',
      command: '<%= config.bin %> install --take-over --wait',
    },
    { description: 'What would be changed?', command: '<%= config.bin %> install --dry-run' },
    {
      description: 'Manifests for a repository',
      command: '<%= config.bin %> install --export --provider istio > controller.yaml',
    },
  ]
  static override permissions = [
    'get, create, patch of what it installs, and what the controller may do',
    'list deployments.apps in all namespaces, for other controllers: without it a note says so;',
    'with --export none',
    'with --take-over: patch deployments.apps where they are',
  ]
  static override exitCodes = [
    '0  done',
    '1  error, or not confirmed',
    '2  wrong usage',
    '4  with --wait: it is not ready; with --take-over: the other does not end',
    '6  rejected: another controller is there, or one that can not become this',
  ]
  static override flags = {
    ...wishFlags,
    'take-over': boolean({
      summary: 'Scale other controllers of the same canaries to zero, and go on in their place',
      allowNo: true,
    }),
    wait: boolean({ summary: 'Wait until the controller is ready', allowNo: true }),
    timeout: string({ summary: 'How long to wait at most; 0 is for ever', default: '3m' }),
    'dry-run': boolean({ summary: 'Print the plan, and change nothing', allowNo: true }),
    export: boolean({
      summary: 'Print the manifests, for a repository; no cluster is asked',
      allowNo: true,
    }),
    yes: boolean({ summary: 'Do not ask', char: 'y', allowNo: true }),
  }

  async run(): Promise<number> {
    const { flags } = await this.parse(Install)
    const timeoutMs = readTime('--timeout', flags.timeout)
    if (flags.export) return this.#export(flags)
    const session = await this.session(flags)
    const { terminal } = session
    const wishes = wishesOf(flags, session.namespace)
    const isComplete = wishes.definitions !== 'only'
    const { objects, others } = await wantedBy(wishes, flags['take-over'], session)
    const steps = await planOf(objects, session, { mayKeep: wishes.definitions === 'auto' })
    const changes = steps.filter(({ action }) => action !== 'keep')
    if (flags['dry-run'] || changes.length + others.length === 0) {
      terminal.out(`${[...takeOverLines(others), ...planLines(steps)].join('\n')}\n`)
    } else {
      const plan = [...takeOverLines(others), ...planLines(changes)]
      if (!flags.yes) await ask(wishes, plan, session)
      await takeOver(others, session)
      for (const { object } of changes) await apply(object, session)
      if (isComplete && !flags.wait) tellNext(wishes, session)
    }
    if (flags.wait && isComplete && !flags['dry-run'])
      await awaitReady(wishes.namespace, timeoutMs, session)
    return exits.done
  }

  async #export(flags: WishValues & GlobalValues): Promise<number> {
    const isBound = flags.namespace !== undefined || flags['watch-namespace'] !== undefined
    if (flags['only-namespace'] && !isBound)
      throw new UsageError('--export --only-namespace needs -n NAMESPACE: no cluster is asked')
    const wishes = wishesOf(flags, usualNamespace)
    const objects = installation(await readManifests(wishes.onlyNamespace), wishes)
    const texts = await Promise.all(objects.map((object) => yamlText(object)))
    this.terminalOf(flags).out(texts.join('---\n'))
    return exits.done
  }
}

interface Wanted {
  objects: KubeObject[]
  /** Controllers that make room. */
  others: ControllerDeployment[]
}

/** What to apply. Throws a Failure for what is there and in the way. */
async function wantedBy(wishes: Wishes, isTakenOver: boolean, session: Session): Promise<Wanted> {
  const manifests = await readManifests(wishes.onlyNamespace)
  const tooOld = skew(wishes.version)
  if (tooOld !== undefined) warn(session.terminal, tooOld)
  if (wishes.definitions === 'only') return { objects: installation(manifests, wishes), others: [] }
  const { controllers, areAll } = await controllersIn(wishes.namespace, session)
  if (!areAll) note(session.terminal, unseenControllers)
  const inTheWay = conflict(controllers, wishes)
  if (inTheWay !== undefined && !isTakenOver)
    throw refused(inTheWay, ['to scale it to zero: --take-over'])
  const others = rivals(controllers, wishes)
  const { kube, signal } = session
  const before = await kube.get<ControllerDeployment>(controllerRef(wishes.namespace), signal)
  const objects = installation(manifests, wishes, before ?? others[0])
  const deployment = objects.find(({ kind }) => kind === 'Deployment')
  const stuck = before && immovable(before, deployment as ControllerDeployment)
  if (stuck !== undefined) throw refused(stuck)
  return { objects, others }
}

function refused(why: string, hints: readonly string[] = []): Failure {
  return new Failure(`error: ${why}`, {
    exit: exits.rejected,
    hints: ['nothing was changed', ...hints],
  })
}

async function ask(
  { namespace, definitions }: Wishes,
  plan: readonly string[],
  session: Session,
): Promise<void> {
  const where = session.context ? ` in context ${session.context}` : ''
  const what =
    definitions === 'only' ? 'the definitions' : `the controller into namespace ${namespace}`
  await confirmAs('an installation', [`Install ${what}${where}?`, ...plan], 'Install?', session)
}

async function apply(object: KubeObject, { kube, signal, terminal }: Session): Promise<void> {
  await kube.patch(refOf(object), object, { ...applying, signal })
  terminal.out(`${nameOf(object)}/${object.metadata.name} applied\n`)
}

function tellNext({ namespace }: Wishes, { terminal, commands }: Session): void {
  const command = commands.kubectl(namespace, 'rollout', 'status', 'deployment/flagger')
  terminal.err(`note: whether it runs: ${command}\n`)
}
