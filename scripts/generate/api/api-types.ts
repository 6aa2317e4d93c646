import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Generator } from '../generator.ts'
import type { Definition } from './definition.ts'
import { typesOf } from './schema-types.ts'
import { typeNames } from './type-names.ts'

const target = 'src/canary/api.gen.ts'
const sources = ['crds/canary.yaml', 'crds/metrictemplate.yaml', 'crds/alertprovider.yaml']

/** The TypeScript types of the custom resources, made from their definitions. */
export const apiTypes: Generator = async (root) => {
  const definitions = await Promise.all(
    sources.map(
      async (path): Promise<Definition> => parse(await readFile(join(root, path), 'utf8')),
    ),
  )
  const types = new Map<string, string>()
  for (const { spec } of definitions) {
    const { kind } = spec.names
    for (const { name, schema } of spec.versions) {
      const resource = { kind, apiVersion: `${spec.group}/${name}` }
      for (const [typeName, text] of typesOf(schema.openAPIV3Schema, resource, typeNames))
        addOnce(types, typeName, text)
    }
  }
  const head = `/** Generated from crds/ by \`npm run generate\`; not to be edited. */\nimport type { KubeObject } from '../objects.ts'\n`
  return [{ path: target, text: [head, ...types.values()].join('\n') }]
}

function addOnce(types: Map<string, string>, name: string, text: string): void {
  const present = types.get(name)
  if (present !== undefined && present !== text)
    throw new Error(`two different schemas want the name ${name}; name one in type-names.ts`)
  types.set(name, text)
}
