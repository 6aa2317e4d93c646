import { act } from '../../analysis/effects/upkeep.ts'
import { done, type OrderRule, settled } from '../taking/order.ts'

/** Nothing but the answer. */
export const rules: readonly OrderRule[] = [
  {
    name: 'nudgedByPerson',
    because: 'a person wants the run looked at',
    apply: (seen, order) => settled(seen, act(seen, []), done(order, 'looked again')),
  },
]
