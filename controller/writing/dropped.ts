/**
 * Fields that the API server drops from a status: Flagger's own definitions lack those that we
 * add. While the process lives it remembers them itself, so that a request is answered once and a
 * run keeps its history; what a run needs to go on after a restart is in Flagger's fields.
 */
import type { CanaryResource, CanaryStatus } from '../../src/canary/api.gen.ts'
import type { Log } from '../../src/io/log.ts'

/** What was sent and is not in the answer. */
export function droppedFrom(sent: CanaryStatus, stored: CanaryStatus = {}): CanaryStatus {
  return Object.fromEntries(Object.entries(sent).filter(([field]) => !Object.hasOwn(stored, field)))
}

/** The Canary as it would read, had nothing been dropped. */
export function withDropped(resource: CanaryResource, dropped: CanaryStatus): CanaryResource {
  if (Object.keys(dropped).length === 0) return resource
  return { ...resource, status: { ...dropped, ...resource.status } }
}

/** Says once in a process that the definitions lack fields of the status, and how to bring them. */
export function createDroppedTeller(log: Log): (dropped: CanaryStatus) => void {
  let isTold = false
  return (dropped) => {
    const fields = Object.keys(dropped).map((field) => `status.${field}`)
    if (isTold || fields.length === 0) return
    isTold = true
    log.warn(
      { fields },
      "the definition of Canary is Flagger's, or older than this controller: the API server drops these fields of the status; kubectl apply --server-side --force-conflicts -f crds",
    )
  }
}
