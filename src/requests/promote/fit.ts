/** Whether a promotion, or a part of one, can be done as things stand. */
import { lastWeight, nextWeight } from '../../analysis/weights.ts'
import { isFinishing, isNew } from '../../canary/phases.ts'
import { act, type Fit, isAnalysed, no, notInitialized, same } from '../fit.ts'
import type { Situation } from '../situation.ts'
import type { Asked } from '../verb.ts'

/** Open the gate; so many steps on; up to a weight; to the end without further checks. */
export const promoteModes = ['gate', 'step', 'weight', 'full'] as const

/** `true` by hand opens the gate, and in a run that waits at none goes to the end. */
export function fitPromotion(asked: Asked, at: Situation): Fit {
  const { mode } = asked
  const { phase } = at
  const isPart = mode === 'step' || mode === 'weight'
  if (isNew(phase)) return notInitialized
  if (isFinishing(phase))
    return isPart ? no('promotion has begun') : same('the promotion is under way')
  if (phase === 'Failed') return failed
  if (!isAnalysed(phase)) return fitIdle(asked, at)
  if (isPart) return fitPart(asked, at)
  if (mode === 'full') return act({ mode: 'full' })
  if (at.isHeld) return act({ mode: 'gate' })
  return mode === undefined ? act({ mode: 'full' }) : notHeld(at)
}

const failed = no('the run has failed', {
  instead: 'push a fix, or ask for reset or retry',
  advice: [{ say: 'try again', words: ['retry'] }],
})

function fitIdle({ mode = 'gate' }: Asked, { isChanged }: Situation): Fit {
  if (isChanged) return no('the run has not started yet')
  return mode === 'gate' ? same('already promoted') : no('no rollout in progress')
}

function notHeld({ weight }: Situation): Fit {
  return no(`it is not waiting (Progressing at weight ${weight})`, {
    advice: [
      { say: 'go one step on', words: ['promote', '--step'] },
      { say: 'go straight to the end', words: ['promote', '--full'] },
    ],
  })
}

/** An A/B test and blue/green go on by an iteration, where the traffic is moved at all. */
function fitPart(asked: Asked, at: Situation): Fit {
  if (at.phase !== 'Progressing') return no(`there are no steps in ${at.phase}`)
  if (!at.movesTraffic) return no(`provider ${at.canary.provider} moves no traffic by weight`)
  return asked.mode === 'weight' ? fitWeight(asked, at) : fitSteps(asked, at)
}

function fitWeight({ weight }: Asked, at: Situation): Fit {
  if (at.strategy !== 'canary') return no(`strategy ${at.strategy} has no weights`)
  const most = lastWeight(at.canary.analysis)
  if (at.weight >= most) return atTheLast('weight')
  const isGood =
    weight !== undefined && Number.isInteger(weight) && weight > at.weight && weight <= most
  if (isGood) return act({ mode: 'weight' })
  return no(`the weight must be a whole number above ${at.weight}, at most ${most}`)
}

function fitSteps({ steps = 1 }: Asked, at: Situation): Fit {
  if (!Number.isInteger(steps) || steps < 1) return no('the steps must be a whole number above 0')
  const { canary, strategy, weight, iterations } = at
  if (strategy === 'canary')
    return nextWeight(canary.analysis, weight) === undefined
      ? atTheLast('weight')
      : act({ mode: 'step' })
  return (canary.status.iterations ?? 0) >= iterations
    ? atTheLast('iteration')
    : act({ mode: 'step' })
}

function atTheLast(what: 'weight' | 'iteration'): Fit {
  return no(`it is at the last ${what}`, {
    instead: 'the last step is the promotion: promote once it waits, or in full',
    advice: ['the last step is promotion: use promote once it waits, or --full'],
  })
}
