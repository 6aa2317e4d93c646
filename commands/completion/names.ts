/** Names that stand in kubeconfig and cluster. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { kubeconfigNames } from '../../src/io/kube/connection/config.ts'
import { handledCanary } from '../../src/report/as-handled.ts'
import { summarize } from '../../src/report/summary.ts'
import { shownWorkloads } from '../../src/workloads/shown.gen.ts'
import { canonicalArguments } from '../input/arguments.ts'
import { listCanaries } from '../input/find-canaries.ts'
import { globalFlags } from '../input/flag-groups.ts'
import { typeNames } from '../input/selection.ts'
import { CanaryCommand } from '../shell/base.ts'
import { shapesOf } from '../shell/command-class.ts'
import type { Session } from '../shell/session.ts'
import type { Candidate, Question } from './question.ts'

export class Names extends CanaryCommand {
  static override strict = false

  /** It is asked, not run. */
  async run(): Promise<number> {
    return 0
  }

  async find(question: Exclude<Question, { kind: 'words' }>, typed: string): Promise<Candidate[]> {
    const words = canonicalArguments(this.argv, shapesOf(globalFlags))
    const { flags } = await this.parse(Names, words)
    if (question.kind === 'kubeconfig') {
      const { kubeconfig } = flags
      const names = kubeconfigNames(kubeconfig === undefined ? {} : { kubeconfig })
      return names[question.of].map((word) => ({ word }))
    }
    const session = await this.session(flags)
    if (question.kind === 'namespaces') return namespaces(session)
    if (question.kind === 'canaries') return canaries(session, question.given, typed)
    return question.kind === 'workloads' ? workloads(session, typed) : []
  }
}

const namespaceKind = {
  apiVersion: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
}

async function namespaces({ kube, signal }: Session): Promise<Candidate[]> {
  const { items } = await kube.list(namespaceKind, { signal, metadataOnly: true })
  return items.map(({ metadata }) => ({ word: metadata.name }))
}

/** By name; behind `canary/` with it, and behind `deploy/` by their targets. */
async function canaries(
  session: Session,
  given: readonly string[],
  typed: string,
): Promise<Candidate[]> {
  const { namespace, clock } = session
  const found = await listCanaries(session, { namespace })
  const slash = typed.indexOf('/')
  const type = slash < 0 ? '' : typed.slice(0, slash + 1)
  const isTarget = type !== '' && !/^canar/.test(type)
  return found
    .filter((one) => !isTarget || isOfType(one, type))
    .map((one) => {
      const name = isTarget ? one.spec.targetRef.name : one.metadata.name
      const { word, traffic } = summarize(handledCanary(one), clock.now())
      return { word: `${type}${name}`, about: `${word} ${traffic.canary}` }
    })
    .filter(({ word }) => !given.includes(word))
}

/** Definitions of others let Canaries through that lack a target, or its name. */
function isOfType({ spec }: CanaryResource, type: string): boolean {
  if (!spec?.targetRef?.name) return false
  const shown = shownWorkloads.find(({ kind }) => kind.kind === spec.targetRef.kind)
  return shown !== undefined && typeNames(shown).includes(type.slice(0, -1).toLowerCase())
}

/** Of the kind that is typed; while it may be several, of the usual one. */
async function workloads(
  { kube, namespace, signal }: Session,
  typed: string,
): Promise<Candidate[]> {
  const [type = ''] = typed.split('/')
  const fitting = shownWorkloads.filter(
    (one) => one.podsOf && typeNames(one).some((name) => name.startsWith(type.toLowerCase())),
  )
  const shown = fitting.find(({ isUsual }) => isUsual) ?? fitting[0]
  if (!shown) return []
  const { items } = await kube.list(shown.kind, { namespace, signal, metadataOnly: true })
  const prefix = typed.includes('/') ? type : shown.shortNames[0]
  return items
    .filter(({ metadata }) => !metadata.name.endsWith('-primary'))
    .map(({ metadata }) => ({ word: `${prefix}/${metadata.name}` }))
}
