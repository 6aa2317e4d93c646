import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Shape } from '../../../src/canary/conform.ts'
import type { Generator } from '../generator.ts'
import { literal } from '../literal.ts'
import type { Definition } from './definition.ts'
import { choicesOf, type Schema } from './schema-types.ts'

const target = 'src/canary/shapes.gen.ts'

const shapes = [
  { name: 'canarySpecShape', path: 'crds/canary.yaml', part: 'spec' },
  { name: 'canaryStatusShape', path: 'crds/canary.yaml', part: 'status' },
  { name: 'metricTemplateSpecShape', path: 'crds/metrictemplate.yaml', part: 'spec' },
  { name: 'alertProviderSpecShape', path: 'crds/alertprovider.yaml', part: 'spec' },
]

/** The schemas of the custom resources, reduced to what the program checks while it runs. */
export const apiShapes: Generator = async (root) => {
  const constants = await Promise.all(
    shapes.map(async ({ name, path, part }) => {
      const definition: Definition = parse(await readFile(join(root, path), 'utf8'))
      const [version] = definition.spec.versions
      const schema = version?.schema.openAPIV3Schema.properties?.[part]
      if (!schema) throw new Error(`${path} has no schema of ${part}`)
      const head = `export const ${name} = `
      return `${head}${literal(shapeOf(schema), head.length)} as const satisfies Shape\n`
    }),
  )
  const head = `/** Generated from crds/ by \`npm run generate\`; not to be edited. */\nimport type { Shape } from './conform.ts'\n`
  return [{ path: target, text: [head, ...constants].join('\n') }]
}

const limits = ['maxLength', 'maxItems', 'maxProperties', 'minimum', 'maximum'] as const

function shapeOf(schema: Schema): Shape {
  if (schema['x-kubernetes-int-or-string']) return {}
  const { required, properties, additionalProperties, items } = schema
  const { enum: choices, pattern } = choicesOf(schema)
  return {
    type: schema.type as NonNullable<Shape['type']>,
    ...(choices && { enum: choices }),
    ...(pattern !== undefined && { pattern }),
    ...(required && { required }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, shapeOf(property)]),
      ),
    }),
    ...(schema['x-kubernetes-preserve-unknown-fields'] && { open: true }),
    ...(additionalProperties && { values: shapeOf(additionalProperties) }),
    ...(items && { items: shapeOf(items) }),
    ...Object.fromEntries(
      limits.filter((limit) => limit in schema).map((limit) => [limit, schema[limit]]),
    ),
  }
}
