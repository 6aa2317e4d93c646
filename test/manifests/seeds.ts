import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'

export interface Manifest {
  file: string
  /** Not complete as printed: filled up by `completed`. */
  partial: boolean
  object: { apiVersion: string; kind: string; metadata: { name: string }; spec?: unknown }
}

type Tree = { [key: string]: unknown }

const folder = join(import.meta.dirname, 'seeds')

/** Canaries that leave out what the text around them says, such as "same config as above". */
const partialCanaries = /^b(11|29|30|34|36|49|52)-/

/**
 * The objects of the API group in the documents that users follow. A fragment is put under
 * an otherwise minimal Canary, and so is a Canary that leaves out required parts.
 */
export const manifests: Manifest[] = readdirSync(folder).flatMap(read)

function read(file: string): Manifest[] {
  const text = readFileSync(join(folder, file), 'utf8')
  const documents = parseAllDocuments(text).map((document): Tree => document.toJS() ?? {})
  return documents.flatMap((content) => {
    const fragment = fragmentOf(text, content)
    if (fragment) return [{ file, partial: true, object: completed(fragment) }]
    if (!String(content.apiVersion).startsWith('flagger.app/')) return []
    const partial = content.kind === 'Canary' && partialCanaries.test(file)
    const object = partial ? completed(content) : (content as Manifest['object'])
    return [{ file, partial, object }]
  })
}

/** The first line of a fragment says of what it is a part. */
function fragmentOf(text: string, content: Tree): Tree | undefined {
  if (text.startsWith('# fragment of Canary spec.analysis\n'))
    return { spec: { analysis: content } }
  if (text.startsWith('# fragment of Canary spec\n')) return { spec: content }
  const inSecondPart = content.kind !== undefined
  return text.startsWith('# first part: fragment of Canary') && !inSecondPart ? content : undefined
}

/** The smallest Canary that the API accepts, with `part` merged over it. */
function completed(part: Tree): Manifest['object'] {
  const whole = merged(
    {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name: 'myapp' },
      spec: {
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'myapp' },
        service: { port: 80 },
        analysis: { interval: '1m' },
      },
    },
    part,
  )
  const { analysis } = whole.spec as { analysis: Tree }
  const isPaced = ['iterations', 'stepWeight', 'stepWeights'].some((field) => field in analysis)
  if (!isPaced) analysis.stepWeight = 10
  return whole as Manifest['object'] & Tree
}

function merged(base: Tree, over: Tree): Tree {
  const entries = Object.entries(over).map(([key, value]) => {
    const below = base[key]
    return [key, isTree(below) && isTree(value) ? merged(below, value) : value]
  })
  return { ...base, ...Object.fromEntries(entries) }
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
