/** What a person types to take all traffic off the canary where no controller is there to do it. */
import { type KubeObject, refKey, refOf } from '../objects.ts'
import { differences, type Field, type Path } from '../writes/fields.ts'
import type { Router, RouterContext, Routes } from './router.ts'

/**
 * The commands, each as the words after `kubectl -n NAMESPACE`; none where nothing sends users to
 * the canary. Derived from what the router would write: only fields that change with the traffic,
 * from what is found to all of it on the primary. Throws InvalidSpecError as `render` does.
 */
export function byHand(router: Router, context: RouterContext, live: Routes): string[][] {
  const wanted = router.render(context, { primary: 100, canary: 0, mirrored: false })
  const now = new Map(router.render(context, live).map((object) => [refKey(refOf(object)), object]))
  return wanted.flatMap((object) => {
    const ref = refOf(object)
    const found = context.find(ref)
    if (!found) return []
    const moving = differences(now.get(refKey(ref)), object)
    const fields = differences(found, object).filter(({ path }) =>
      moving.some((field) => isPartOf(path, field.path) || isPartOf(field.path, path)),
    )
    return fields.length === 0 ? [] : [wordsFor(object, fields)]
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
