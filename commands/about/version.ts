import { boolean } from '@oclif/core/flags'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { controllerOf } from '../../src/canary/names/controller-identity.ts'
import { KubeError } from '../../src/errors.ts'
import { asHandled } from '../../src/report/as-handled.ts'
import { lifeReader } from '../../src/report/reading/lease.ts'
import { canaryKind, servedResources } from '../input/find-canaries.ts'
import { outputFlag } from '../input/flag-groups.ts'
import { clean } from '../output/clean.ts'
import { documentText, readDocumentFormat } from '../output/formats.ts'
import { CanaryCommand, clientVersion } from '../shell/base.ts'
import { exits } from '../shell/failure.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'
import { warn } from '../shell/terminal.ts'

interface ControllerVersion {
  name: string
  version: string | null
  /** That of its lease; null where it has none, or does not say. */
  namespace: string | null
  /** Null where nothing tells. */
  alive: boolean | null
  /** Why it does not live, or why that can't be told. */
  why: string | null
}

export class Version extends CanaryCommand {
  static override place = 1
  static override completes = 'nothing' as const
  static override summary = 'Print the versions of the plugin, the controller and the CRDs'
  static override synopsis = '[--client] [-o json|yaml]'
  static override examples = ['<%= config.bin %> version']
  static override permissions = [
    'list canaries.flagger.app, for the version of the controller',
    'get the lease of the controller, for whether it runs',
  ]
  static override exitCodes = ['0  done', '1  the server could not be asked', '2  wrong usage']
  static override flags = {
    client: boolean({ summary: 'Do not ask the cluster', allowNo: true }),
    output: outputFlag('json', 'yaml'),
  }

  async run(): Promise<number> {
    const { flags } = await this.parse(Version)
    const terminal = this.terminalOf(flags)
    const format = await readDocumentFormat(flags.output, terminal.readFile)
    const client = { version: clientVersion, platform: `${process.platform}/${process.arch}` }
    const head = { apiVersion: 'cli.canary/v1', kind: 'CanaryVersion', client }
    if (format.kind === 'text') terminal.out(`Client Version: ${clientVersion}\n`)
    if (flags.client) {
      if (format.kind !== 'text') terminal.out(await documentText(format, head))
      return exits.done
    }
    const session = await this.session(flags)
    const controller = await controllerVersion(session)
    const crds = await servedResources(session.kube, session.signal)
    if (format.kind === 'text') terminal.out(serverLines(controller, crds))
    else terminal.out(await documentText(format, { ...head, controller, crds }))
    if (controller?.version) warnOfSkew(controller, session)
    return exits.done
  }
}

function serverLines(controller: ControllerVersion | null, crds: Record<string, string[]>): string {
  const told = controller
    ? [
        controller.name === 'canary-controller' && controller.version ? '' : clean(controller.name),
        controller.version ? clean(controller.version) : '(of an unknown version)',
        controller.namespace ? `(${clean(controller.namespace)})` : '',
        controller.alive === false ? `(it does not run: ${clean(controller.why ?? '')})` : '',
      ]
    : ['unknown (no canary has been handled yet)']
  const served = Object.entries(crds).map(
    ([name, versions]) => `${clean(name)} ${versions.join(',')}`,
  )
  return `Controller Version: ${told.filter(Boolean).join(' ')}\nCRD Versions: ${served.join(', ') || 'not installed'}\n`
}

/** The controller that wrote a status last, as some canary tells. */
async function controllerVersion(session: Session): Promise<ControllerVersion | null> {
  const { kube, signal, namespace } = session
  const list = async (options: object): Promise<CanaryResource[]> =>
    (await kube.list<CanaryResource>(canaryKind, { limit: 50, signal, ...options })).items
  const found = await list({}).catch((error: unknown) => {
    if (error instanceof KubeError && error.status === 404) return []
    if (error instanceof KubeError && error.status === 403) return list({ namespace })
    throw error
  })
  const handled = found.map((item) => asHandled(item))
  const identities = handled.map(({ canary, settings }) => ({ ...controllerOf(canary), settings }))
  const known = identities.filter(({ version }) => version)
  const [best = identities.find(({ name }) => name)] = [
    // One that also says where it runs tells more.
    ...known.filter(({ settings }) => settings.lease),
    ...known,
  ]
  if (!best?.name) return null
  const { alive, why, lease } = await lifeReader(readerOf(session))(best.settings.lease)
  const [where = null] = lease?.split('/') ?? []
  return { name: best.name, version: best.version, namespace: where, alive, why }
}

function warnOfSkew({ name, version }: ControllerVersion, { terminal }: Session): void {
  if (name === 'flagger' || version === null) return
  const minor = (text: string) => Number(/^v?\d+\.(\d+)/.exec(text)?.[1] ?? Number.NaN)
  const skew = Math.abs(minor(version) - minor(clientVersion))
  if (skew > 1)
    warn(
      terminal,
      `plugin ${clientVersion} and controller ${clean(version)} are more than one minor version apart`,
    )
}
