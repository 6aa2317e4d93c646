import type { Canary } from '../../canary/canary.ts'
import { UsageError } from '../../errors.ts'
import { bySpec, type Fallback } from '../fallback.ts'
import type { Asked, FlagValues, RunAtHand, VerbCommand } from '../verb.ts'

/** How the plugin promotes. */
export const command: VerbCommand = {
  place: 1,
  summary: 'Open the gate that a canary waits at, or move it on',
  meantBy: ['approve'],
  usage: '[--step[=N] | --to-weight=W | --full] [--wait]',
  description:
    'Without a mode it opens the gate that the canary waits at: start, traffic increase, promotion, or a pause. --step moves on without the checks of those steps; --full leaves out all steps, gates and checks that remain.',
  examples: [
    { description: 'Approve the promotion', words: 'podinfo' },
    { description: 'One step on, now', words: 'podinfo --step' },
    { description: 'Straight to the end, and wait for it', words: 'podinfo --full --wait' },
  ],
  flags: {
    step: {
      type: 'number',
      summary: 'Move on so many weights or iterations; --step alone is one',
      min: 1,
    },
    'to-weight': { type: 'number', summary: 'Go to this weight', min: 1, max: 100 },
    full: { type: 'switch', summary: 'Leave out all steps, gates and checks that remain' },
  },
  ask,
  waitsFor: 'verdict',
  seenRevision: true,
  flagOf: ({ mode }) => (mode === 'gate' ? [] : [`--${mode === 'weight' ? 'to-weight' : mode}`]),
  question: () => 'Promote?',
  asksForOne: ({ mode }) => mode === 'full' || mode === 'weight',
  losses: ({ mode }, run) => [
    mode === 'full' ? skippedText(run) : 'the checks of the steps in between are not run',
  ],
  participle: 'promoted',
  done,
  requested: ({ mode }) => (mode === 'full' ? 'full promotion requested' : 'promotion requested'),
  fallbacks,
}

function ask({ step, 'to-weight': weight, full }: FlagValues) {
  const given = [step !== undefined, weight !== undefined, full].filter(Boolean)
  if (given.length > 1)
    throw new UsageError('only one of --step, --to-weight and --full is possible')
  const part = weight !== undefined ? 'weight' : step !== undefined ? 'step' : 'gate'
  const mode = full ? 'full' : part
  return {
    mode,
    fields: {
      mode,
      ...(typeof step === 'number' && { steps: step }),
      ...(typeof weight === 'number' && { weight }),
    },
  }
}

/** What a full promotion leaves out. */
function skippedText({ stepsLeft, gatesLeft }: RunAtHand): string {
  const parts = [
    ...(stepsLeft > 0 ? [`${stepsLeft} traffic ${stepsLeft === 1 ? 'step' : 'steps'}`] : []),
    ...(gatesLeft > 0 ? [`${gatesLeft} ${gatesLeft === 1 ? 'gate' : 'gates'}`] : []),
  ]
  return `skips ${parts.length > 0 ? `${parts.join(', ')} and ` : ''}all remaining checks`
}

function done({ mode, steps = 1, weight }: Asked, { status }: Canary): string {
  if (mode === 'full') return 'full promotion accepted'
  if (mode === 'weight') return `moved to weight ${weight}`
  if (mode === 'step') return `moved on ${steps} ${steps === 1 ? 'step' : 'steps'}`
  if (status.phase === 'Waiting') return 'start approved'
  if (status.phase === 'WaitingPromotion') return 'promotion approved'
  return status.canaryAnalysis?.gate ? 'traffic increase approved' : 'resumed'
}

/** Gates of Flagger's own load tester can be opened through the API server. */
function fallbacks({ mode }: Asked, { status }: Canary): Fallback[] {
  if (mode === 'full')
    return [
      {
        ...bySpec('skipAnalysis', true, { done: 'analysis skipped', back: true }),
        done: 'full promotion requested',
      },
    ]
  if (mode !== 'gate') return []
  const type = status.phase === 'Waiting' ? 'confirm-rollout' : 'confirm-promotion'
  const path = '/gate/open'
  return [{ kind: 'hook', type, ending: '/gate/check', path, done: 'gate opened' }]
}
