/** What a person types to take all traffic off the canary where no controller is there to do it. */
import { type KubeObject, type ObjectRef, refKey, refOf } from '../../objects.ts'
import { differences, type Field, type Path } from '../../writes/fields.ts'
import type { Router, RouterContext, Routes } from '../router.ts'

const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }

/**
 * The commands, each as the words after `kubectl -n NAMESPACE`; none where nothing sends users to
 * the canary. Derived from what the router would write: only fields that change with the traffic,
 * from what is found to all of it on the primary. Throws InvalidSpecError as `render` does.
 */
export function byHand(router: Router, context: RouterContext, live: Routes): string[][] {
  return movingObjects(router, context, live).flatMap(({ ref, object, moving }) => {
    const found = context.find(ref)
    if (!found) return []
    const fields = differences(found, object).filter(({ path }) =>
      moving.some((field) => isPartOf(path, field.path) || isPartOf(field.path, path)),
    )
    return fields.length === 0 ? [] : [wordsFor(object, fields)]
  })
}

interface MovingObject {
  ref: ObjectRef
  /** As it is with all traffic on the primary. */
  object: KubeObject
  /** What sends users to the canary now, and would not then. */
  moving: Field[]
}

/** The objects, and their fields, by which the traffic is moved. Throws as `render` does. */
export function movingObjects(
  router: Router,
  context: RouterContext,
  live: Routes,
): MovingObject[] {
  const now = new Map(router.render(context, live).map((object) => [refKey(refOf(object)), object]))
  return router.render(context, toPrimary).map((object) => {
    const ref = refOf(object)
    return { ref, object, moving: differences(now.get(refKey(ref)), object) }
  })
}

function wordsFor({ kind, metadata: { name } }: KubeObject, fields: readonly Field[]): string[] {
  const annotations = fields.map(annotationOf)
  const object = [kind.toLowerCase(), name]
  if (annotations.every((word) => word !== undefined))
    return ['annotate', ...object, ...annotations, '--overwrite']
  return ['patch', ...object, '--type=json', '-p', JSON.stringify(fields.map(operationOf))]
}

/** `KEY=VALUE`, or `KEY-` to remove it; undefined for a field that is no annotation. */
function annotationOf({ path, wanted }: Field): string | undefined {
  const [metadata, annotations, key, ...rest] = path
  if (metadata !== 'metadata' || annotations !== 'annotations' || rest.length > 0) return undefined
  if (typeof key !== 'string') return undefined
  return wanted === undefined ? `${key}-` : `${key}=${String(wanted)}`
}

function operationOf({ path, found, wanted }: Field): object {
  const pointer = path.map((part) => `/${String(part).replace(/~/g, '~0').replace(/\//g, '~1')}`)
  const at = { path: pointer.join('') }
  if (wanted === undefined) return { op: 'remove', ...at }
  return { op: found === undefined ? 'add' : 'replace', ...at, value: wanted }
}

function isPartOf(path: Path, of: Path): boolean {
  return of.every((part, at) => path[at] === part)
}
