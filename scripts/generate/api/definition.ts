import type { Schema } from './schema-types.ts'

/** The part of a CustomResourceDefinition that the generators read. */
export interface Definition {
  spec: {
    group: string
    names: { kind: string }
    versions: { name: string; schema: { openAPIV3Schema: Schema } }[]
  }
}
