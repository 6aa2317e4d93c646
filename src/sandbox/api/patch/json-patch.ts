/** JSON patch, RFC 6902. */
import { ApiError, badRequest } from '../api-error.ts'
import { copyOf, isRecord, type Json, same } from '../json.ts'

/** Gives a patched copy; throws 400 for a malformed patch and 422 for one that does not apply. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch must be a list of operations')
  return patch.reduce<unknown>((document, operation) => {
    if (!isRecord(operation)) throw badRequest('an operation of a JSON patch must be an object')
    return applyOperation(document, operation)
  }, copyOf(target))
}

function applyOperation(document: unknown, operation: Json): unknown {
  const path = pointer(operation.path)
  switch (operation.op) {
    case 'add':
      return change(document, path, 'add', copyOf(operation.value))
    case 'replace':
      find(document, path)
      return change(document, path, 'replace', copyOf(operation.value))
    case 'remove':
      find(document, path)
      return change(document, path, 'remove')
    case 'test':
      if (same(findOrNull(document, path), operation.value ?? null)) return document
      throw refused(`testing value ${path.join('/')} failed: test failed`)
    case 'move': {
      const from = pointer(operation.from)
      const value = find(document, from)
      return change(change(document, from, 'remove'), path, 'add', value)
    }
    case 'copy':
      return change(document, path, 'add', copyOf(find(document, pointer(operation.from))))
    default:
      throw refused(`Unexpected kind: ${String(operation.op)}`)
  }
}

function refused(why: string): ApiError {
  return new ApiError(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${why}`,
  )
}

function pointer(path: unknown): string[] {
  if (typeof path !== 'string') throw badRequest('an operation of a JSON patch needs a path')
  const steps = path.split('/').slice(1)
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function find(document: unknown, path: string[]): unknown {
  const found = findOrNull(document, path)
  if (found === undefined) throw refused(`path /${path.join('/')} does not exist`)
  return found
}

function findOrNull(document: unknown, path: string[]): unknown {
  let current = document
  for (const step of path) {
    if (Array.isArray(current)) current = current[Number(step)]
    else if (isRecord(current) && Object.hasOwn(current, step)) current = current[step]
    else return undefined
  }
  return current
}

type Act = 'add' | 'replace' | 'remove'

function change(document: unknown, path: string[], act: Act, value?: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return act === 'remove' ? {} : value
  if (Array.isArray(document)) return changeList(document, step, rest, { act, value })
  if (!isRecord(document)) throw refused(`path /${path.join('/')} does not exist`)
  if (rest.length > 0) {
    if (document[step] === undefined) throw refused(`path /${path.join('/')} does not exist`)
    return { ...document, [step]: change(document[step], rest, act, value) }
  }
  const { [step]: _, ...others } = document
  return act === 'remove' ? others : { ...document, [step]: value }
}

function changeList(
  items: unknown[],
  step: string,
  rest: string[],
  { act, value }: { act: Act; value: unknown },
): unknown[] {
  const index = step === '-' ? items.length : Number(step)
  const last = act === 'add' && rest.length === 0 ? items.length : items.length - 1
  if (!Number.isInteger(index) || index < 0 || index > last)
    throw refused(`index ${step} is out of bounds`)
  if (rest.length > 0) return items.with(index, change(items[index], rest, act, value))
  if (act === 'add') return items.toSpliced(index, 0, value)
  return act === 'remove' ? items.toSpliced(index, 1) : items.with(index, value)
}
