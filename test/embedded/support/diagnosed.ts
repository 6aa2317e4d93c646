/** What `doctor` and `explain` say of the canary of a stepped cluster. */
import type { CanaryResource } from '../../../src/canary/api.gen.ts'
import { diagnose } from '../../../src/diagnosis/diagnose.ts'
import { explain } from '../../../src/diagnosis/hold.ts'
import { readDiagnosisFacts } from '../../../src/report/reading/diagnosis.ts'
import { lifeReader } from '../../../src/report/reading/lease.ts'
import type { Reader } from '../../../src/report/reading/reader.ts'
import { canaryRef, home } from '../../model/objects.ts'
import type { World } from '../../model/world.ts'

export async function diagnosed({ store, clock }: World, name = canaryRef.name) {
  const resource = store.get<CanaryResource>({ ...canaryRef, name })
  if (!resource) throw new Error(`there is no canary ${name}`)
  const reader: Reader = {
    now: () => clock.now(),
    get: async (ref) => store.get(ref),
    list: async (kind, narrowing) => store.list(kind, narrowing),
  }
  const others = store.list<CanaryResource>(canaryRef, { namespace: home })
  const means = { reader, life: lifeReader(reader), others, serves: async () => true }
  const command = {
    plugin: (verb: string) => `kubectl canary ${verb}`,
    general: (verb: string) => `kubectl canary ${verb}`,
    kubectl: (...words: string[]) => `kubectl ${words.join(' ')}`,
  }
  const facts = { ...(await readDiagnosisFacts(resource, means)), command }
  return { findings: diagnose(facts).findings, explained: explain(facts) }
}
