/** From a command's words and flags to the canaries that are meant. */
import { UsageError } from '../../src/errors.ts'
import type { Session } from '../shell/session.ts'
import { type Found, findCanaries } from './find-canaries.ts'
import { readManifests } from './manifests.ts'
import type { Selection } from './selection.ts'

/** The canaries of a selection, those of files included. */
export async function choose(selection: Selection, session: Session): Promise<Found[]> {
  const { files, recursive } = selection
  if (files.length === 0) return findCanaries(selection, session)
  const mentioned = await readManifests(files, recursive, session)
  if (mentioned.length === 0) throw new UsageError('no canaries found in the files given')
  const found = await Promise.all(
    mentioned.map(({ named, namespace = session.namespace }) => {
      if (session.namespaceGiven && namespace !== session.namespace)
        throw new UsageError(
          `the namespace from the provided object "${namespace}" does not match the namespace "${session.namespace}". You must pass '--namespace=${namespace}' to perform this operation.`,
        )
      return findCanaries({ ...selection, named: [named] }, { ...session, namespace })
    }),
  )
  // A Deployment beside its Canary names the same canary again.
  const seen = new Set<string>()
  return found.flat().filter(({ resource }) => {
    const uid = resource?.metadata.uid
    if (uid === undefined) return true
    const isNew = !seen.has(uid)
    seen.add(uid)
    return isNew
  })
}
