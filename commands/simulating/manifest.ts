/** The one Canary that is played, and what it refers to: of the cluster, or of files. */
import { UsageError } from '../../src/errors.ts'
import { kinds } from '../../src/kinds.gen.ts'
import type { KubeObject } from '../../src/objects.ts'
import { permitted } from '../../src/report/reading/permitted.ts'
import { canaryOn, type Manifest, newStage } from '../../src/simulation/stage.ts'
import { choose } from '../input/choose.ts'
import { namedObjects } from '../input/named-objects.ts'
import type { Selection } from '../input/selection.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'
import type { Terminal } from '../shell/terminal.ts'

export interface Staged {
  manifest: Manifest
  around: KubeObject[]
}

/** Of files alone; no cluster is asked. Throws UsageError where there is not exactly one. */
export async function inFiles(
  files: readonly string[],
  recursive: boolean,
  terminal: Terminal,
): Promise<Staged> {
  const objects = await namedObjects(files, recursive, terminal)
  const isCanary = ({ kind }: KubeObject) => kind === 'Canary'
  return {
    manifest: only(objects.filter(isCanary)),
    around: objects.filter((one) => !isCanary(one)),
  }
}

/** The Canary alone. Rejects where the cluster does not have it. */
export async function inCluster(selection: Selection, session: Session): Promise<Staged> {
  const found = await choose(selection, session)
  const [failure] = found.flatMap((one) => one.failure ?? [])
  if (failure) throw failure
  return { manifest: only(found.flatMap(({ resource }) => resource ?? [])), around: [] }
}

/** The Canary with what it refers to, as far as that may be read. Rejects as `inCluster` does. */
export async function inClusterWithReferences(
  selection: Selection,
  session: Session,
): Promise<Staged> {
  const { manifest } = await inCluster(selection, session)
  return { manifest, around: await referencesOf(manifest, session) }
}

async function referencesOf(manifest: Manifest, session: Session): Promise<KubeObject[]> {
  const { canary } = canaryOn(newStage(manifest, 0))
  const { targetRef, autoscalerRef, ingressRef, routeRef, upstreamRef, analysis } = canary.spec
  const { namespace } = canary
  const referred = [targetRef, autoscalerRef, ingressRef, routeRef, upstreamRef].flatMap(
    (ref) => ref ?? [],
  )
  const templates = (analysis.metrics ?? []).flatMap(({ templateRef }) => templateRef ?? [])
  const mayRead = permitted(readerOf(session))
  const refs = [
    ...referred
      .filter(isDeclared)
      .map(({ apiVersion, kind, name }) => ({ apiVersion, kind, name })),
    ...templates.map((one) => ({
      ...one,
      apiVersion: manifest.apiVersion,
      kind: 'MetricTemplate',
    })),
  ]
  const found = await Promise.all(refs.map((ref) => mayRead.get({ namespace, ...ref })))
  return found.flatMap((one, at) => (one ? [{ ...one, kind: refs[at]?.kind ?? one.kind }] : []))
}

/** A kind that nobody here handles can't be read. */
function isDeclared({ apiVersion, kind }: { apiVersion: string; kind: string }): boolean {
  return kinds.some((one) => one.apiVersion === apiVersion && one.kind === kind)
}

function only(found: readonly Manifest[]): Manifest {
  const [first, ...more] = found
  if (!first) throw new UsageError('no Canary found: name one, or give its manifest with -f FILE')
  if (more.length === 0) return first
  throw new UsageError(`one Canary is played at a time, and there are ${found.length}: name it`)
}
