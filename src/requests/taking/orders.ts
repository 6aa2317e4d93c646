/** The rules for what a person ordered, of all verbs, in the form of the lists of the analysis. */
import type { Rule } from '../../analysis/rules/rule.ts'
import { verbRules } from '../orders.gen.ts'
import { type OrderRule, refused } from './order.ts'

/** A verb that can be written, and that this controller has nothing for. */
const unknown: OrderRule = {
  name: 'orderIsUnknown',
  because: 'a verb without an effect is answered, too',
  apply: (seen, order) => refused(seen, order, `this controller can't ${order.verb}`),
}

/** Orders that decide by themselves. The answer is in the same status write as what was done. */
export const orders: readonly Rule[] = [
  ...Object.entries(verbRules).flatMap(([verb, rules]) =>
    rules.map((rule) => ruleFor(rule, (one) => one === verb)),
  ),
  ruleFor(unknown, (verb) => verbRules[verb] === undefined),
]

/** The rule where a person ordered one of these. */
function ruleFor({ apply, ...rule }: OrderRule, isMeant: (verb: string) => boolean): Rule {
  return {
    ...rule,
    apply: ({ seen, order }) => (order && isMeant(order.verb) ? apply(seen, order) : undefined),
  }
}
