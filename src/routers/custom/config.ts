/** The ConfigMap of a router of one's own. */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import type { Find, KubeObject, ObjectRef } from '../../objects.ts'
import { wordsIn } from '../../template/parsing/parse.ts'
import { type Path, parsePath } from './path.ts'

/** What a provider begins with; the rest is the name of the ConfigMap. */
export const prefix = 'custom:'

export interface Config {
  /** `ConfigMap NAME.NAMESPACE`, for messages. */
  label: string
  /** The template of the objects, as YAML; the first of them holds the weights. */
  objects: string
  canaryWeight: Path
  /** Absent where the canary's weight is a percentage. */
  primaryWeight?: Path
  /** The template makes something of the conditions of an A/B test. */
  hasMatch: boolean
}

interface ConfigMap extends KubeObject {
  data?: Record<string, string>
}

/** Where the ConfigMap is that a provider `custom:NAME` means: in the namespace of the Canary. */
export function configRef({ namespace, provider }: Canary): ObjectRef {
  return { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: provider.slice(prefix.length) }
}

/** Undefined while the ConfigMap is not there. Throws InvalidSpecError for one that says too little. */
export function findConfig(canary: Canary, find: Find): Config | undefined {
  const ref = configRef(canary)
  const data = find<ConfigMap>(ref)?.data
  if (!data) return undefined
  const label = `ConfigMap ${ref.name}.${ref.namespace}`
  const { objects = '', canaryWeight = '', primaryWeight } = data
  if (objects.trim() === '')
    throw new InvalidSpecError(`${label} has no key objects; put the template of the routes there`)
  return {
    label,
    objects,
    canaryWeight: pathIn(label, 'canaryWeight', canaryWeight),
    ...(primaryWeight !== undefined && {
      primaryWeight: pathIn(label, 'primaryWeight', primaryWeight),
    }),
    hasMatch: wordsIn(objects).includes('match'),
  }
}

/** Throws InvalidSpecError while the ConfigMap is not there, or says too little. */
export function configOf(canary: Canary, find: Find): Config {
  const found = findConfig(canary, find)
  if (found) return found
  const { name, namespace } = configRef(canary)
  throw new InvalidSpecError(
    `ConfigMap ${name}.${namespace} is not there, which says how provider ${canary.provider} ` +
      `routes; create it, or correct spec.provider of canary ${canary.label}`,
  )
}

function pathIn(label: string, key: string, text: string): Path {
  const path = parsePath(text)
  if (path) return path
  const given = text === '' ? 'is missing' : `${JSON.stringify(text)} is no path`
  throw new InvalidSpecError(
    `${label}: key ${key} ${given}; write where the first object holds the weight, such as ` +
      'spec.backends[0].weight or metadata.annotations["example.com/weight"]',
  )
}
