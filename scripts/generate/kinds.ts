import { installationKinds } from '../../src/installation/kinds.ts'
import { ownKinds } from '../../src/own-kinds.ts'
import type { ResourceKind } from '../../src/resource-kind.ts'
import { providers } from '../../src/routers/registry.gen.ts'
import { scalerKinds } from '../../src/scalers/registry.gen.ts'
import { workloadKinds } from '../../src/workloads/registry.gen.ts'
import type { Generator } from './generator.ts'
import { literal } from './literal.ts'

const declaration = 'export const kinds: readonly ResourceKind[] = '

const head = `// Generated from the registries by \`npm run generate\`; not to be edited.
import type { ResourceKind } from './resource-kind.ts'

/** Every kind of object that is read or written, each once; data, so that no router is loaded for it. */
${declaration}`

/** Every declared kind once, in the order of group, version and name. */
export function allKinds(): ResourceKind[] {
  const declared = [...providers, ...workloadKinds, ...scalerKinds].flatMap(({ kinds }) => kinds)
  const byName = new Map(
    [...ownKinds, ...installationKinds, ...declared].map((kind) => [nameOf(kind), kind]),
  )
  return [...byName.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind)
}

function nameOf({ apiVersion, kind }: ResourceKind): string {
  return `${apiVersion} ${kind}`
}

export const kinds: Generator = async () => [
  { path: 'src/kinds.gen.ts', text: `${head}${literal(allKinds(), declaration.length)}\n` },
]
