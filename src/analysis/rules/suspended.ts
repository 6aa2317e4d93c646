/** A canary whose `spec.suspend` is true. */
import { report } from '../effects/act.ts'
import { finish, firstSight } from '../effects/upkeep.ts'
import type { Rule } from './rule.ts'

/** After those of a target that is gone. */
export const suspended: readonly Rule[] = [
  {
    name: 'suspended',
    because: 'somebody suspended the canary: it stays as it is',
    apply: ({ seen }) => {
      const text = 'skipping canary run as object is suspended'
      return finish([...firstSight(seen), report(seen, text, 'Normal')])
    },
  },
]
