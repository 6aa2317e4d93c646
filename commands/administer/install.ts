import { boolean, string } from '@oclif/core/flags'
import pack from '../../package.json' with { type: 'json' }
import { UsageError } from '../../src/errors.ts'
import {
  type ControllerDeployment,
  installation,
  usualNamespace,
  type Wishes,
} from '../../src/installation/objects.ts'
import { conflict, immovable } from '../../src/installation/obstacles.ts'
import { type KubeObject, refOf } from '../../src/objects.ts'
import { applying, controllersIn, nameOf, planLines, planOf } from '../installing/plan.ts'
import { readManifests } from '../installing/read-manifests.ts'
import { yamlText } from '../output/documents.ts'
import { CanaryCommand, type GlobalValues } from '../shell/base.ts'
import { exits, Failure } from '../shell/failure.ts'
import { confirmAs } from '../shell/prompt.ts'
import type { Session } from '../shell/session.ts'

export class Install extends CanaryCommand {
  static override place = 1
  static override completes = 'nothing' as const
  static override summary = 'Install the controller, or take over from Flagger'
  static override group = 'Controller' as const
  static override synopsis =
    '[-n NAMESPACE] [--provider=NAME] [--metrics-server=URL] [--image=NAME] [--dry-run | --export] [options]'
  static override description =
    'Applies the manifests of crds/ and deploy/, after a plan that the server has tried out. Where Flagger was installed by kubectl or kustomize in the same namespace, it is replaced: its arguments stay, and no canary begins a run because of it. Other ways: docs/install.md.'
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
    { description: 'What would be changed?', command: '<%= config.bin %> install --dry-run' },
    {
      description: 'Manifests for a repository',
      command: '<%= config.bin %> install --export --provider istio > controller.yaml',
    },
  ]
  static override permissions = [
    'get, create, patch of what it installs, and what the controller may do',
    'list deployments.apps in all namespaces, for other controllers; with --export none',
  ]
  static override exitCodes = [
    '0  done',
    '1  error, or not confirmed',
    '2  wrong usage',
    '6  rejected: another controller is there, or one that can not become this',
  ]
  static override flags = {
    provider: string({ summary: 'Provider of canaries that name none' }),
    'metrics-server': string({ summary: 'Address of the Prometheus of the built-in checks' }),
    image: string({
      summary:
        'Image of the controller, with its tag; default is kubectl-canary-controller of this version',
    }),
    'only-namespace': boolean({
      summary: 'Look after the namespace of -n alone, with rights in no other',
      allowNo: true,
    }),
    'dry-run': boolean({ summary: 'Print the plan, and change nothing', allowNo: true }),
    export: boolean({
      summary: 'Print the manifests, for a repository; no cluster is asked',
      allowNo: true,
    }),
    yes: boolean({ summary: 'Do not ask', char: 'y', allowNo: true }),
  }

  async run(): Promise<number> {
    const { flags } = await this.parse(Install)
    if (flags.export) return this.#export(flags)
    const session = await this.session(flags)
    const wishes = wishesOf(flags, session.namespace)
    const wanted = await wantedBy(wishes, session)
    const steps = await planOf(wanted, session)
    const changes = steps.filter(({ action }) => action !== 'keep')
    const { terminal } = session
    if (flags['dry-run'] || changes.length === 0) {
      terminal.out(`${planLines(steps).join('\n')}\n`)
      return exits.done
    }
    if (!flags.yes) {
      const where = session.context ? ` in context ${session.context}` : ''
      const head = `Install the controller into namespace ${wishes.namespace}${where}?`
      await confirmAs('an installation', [head, ...planLines(changes)], 'Install?', session)
    }
    for (const { object } of changes) await apply(object, session)
    tellNext(wishes, session)
    return exits.done
  }

  async #export(flags: Given & GlobalValues): Promise<number> {
    if (flags['only-namespace'] && flags.namespace === undefined)
      throw new UsageError('--export --only-namespace needs -n NAMESPACE: no cluster is asked')
    const manifests = await readManifests(flags['only-namespace'])
    const objects = installation(manifests, wishesOf(flags, usualNamespace))
    const texts = await Promise.all(objects.map((object) => yamlText(object)))
    this.terminalOf(flags).out(texts.join('---\n'))
    return exits.done
  }
}

interface Given {
  namespace?: string | undefined
  'only-namespace': boolean
  provider?: string | undefined
  'metrics-server'?: string | undefined
  image?: string | undefined
}

/** The namespace of a context is where people work, not where controllers run. */
function wishesOf(flags: Given, contextual: string): Wishes {
  const onlyNamespace = flags['only-namespace']
  return {
    namespace: flags.namespace ?? (onlyNamespace ? contextual : usualNamespace),
    onlyNamespace,
    provider: flags.provider,
    metricsServer: flags['metrics-server'],
    image: flags.image,
    version: pack.version,
  }
}

/** The objects to apply. Throws a Failure for what is there and in the way. */
async function wantedBy(wishes: Wishes, session: Session): Promise<KubeObject[]> {
  const inTheWay = conflict(await controllersIn(session), wishes)
  if (inTheWay !== undefined) throw refused(inTheWay)
  const manifests = await readManifests(wishes.onlyNamespace)
  const { kube, signal } = session
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'flagger' }
  const { namespace } = wishes
  const before = await kube.get<ControllerDeployment>({ ...ref, namespace }, signal)
  const wanted = installation(manifests, wishes, before)
  const deployment = wanted.find(({ kind }) => kind === 'Deployment')
  const stuck = before && immovable(before, deployment as ControllerDeployment)
  if (stuck !== undefined) throw refused(stuck)
  return wanted
}

function refused(why: string): Failure {
  return new Failure(`error: ${why}`, { exit: exits.rejected, hints: ['nothing was changed'] })
}

async function apply(object: KubeObject, { kube, signal, terminal }: Session): Promise<void> {
  await kube.patch(refOf(object), object, { ...applying, signal })
  terminal.out(`${nameOf(object)}/${object.metadata.name} applied\n`)
}

function tellNext({ namespace }: Wishes, { terminal, commands }: Session): void {
  const command = commands.kubectl(namespace, 'rollout', 'status', 'deployment/flagger')
  terminal.err(`note: whether it runs: ${command}\n`)
}
