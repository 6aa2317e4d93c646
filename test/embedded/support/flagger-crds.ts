/** The definitions of a cluster in which Flagger was installed: what they lack is dropped. */
import type { KubeObject } from '../../../src/objects.ts'
import { type Crd, ownCrds } from '../../cluster/crds.ts'
import { flaggerStatus } from '../../support/flagger-status.ts'

interface Schema {
  type: string
  properties: Record<string, Schema>
  items: Schema
}

interface Definition extends KubeObject {
  spec: { versions: { schema: { openAPIV3Schema: Schema } }[] }
}

/** Ours, without the fields that Flagger's have not. */
export async function flaggerCrds(): Promise<Crd[]> {
  return (await ownCrds()).map((crd) => (crd.spec.names.kind === 'Canary' ? stripped(crd) : crd))
}

function stripped(crd: Crd): Crd {
  const copy = structuredClone(crd) as Crd & Definition
  for (const { schema } of copy.spec.versions) {
    const { spec, status } = schema.openAPIV3Schema.properties
    const analysis = spec?.properties.analysis
    if (!status || !analysis) throw new Error('the definition of Canary has another form')
    for (const field of Object.keys(status.properties))
      if (!flaggerStatus.some((known) => known === field)) delete status.properties[field]
    delete status.properties.conditions?.items.properties.observedGeneration
    delete analysis.properties.delay
    delete analysis.properties.canaryAnalysis
    delete analysis.properties.webhooks?.items.properties.call
  }
  return copy
}
