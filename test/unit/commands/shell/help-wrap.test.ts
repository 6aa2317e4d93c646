import { expect, test } from 'vitest'
import { wrappedHelp } from '../../../../commands/shell/help/help-wrap.ts'

test('help fits the terminal, and what people copy stays whole', () => {
  const command = '  kubectl canary promote podinfo --full --wait'
  const text = [
    'All traffic goes to the primary, at once.',
    '  status   Show it in full: all that there is',
    command,
  ]
  expect(wrappedHelp(text.join('\n'), 34, 'kubectl canary').split('\n')).toEqual([
    'All traffic goes to the primary,',
    'at once.',
    '  status   Show it in full: all',
    '           that there is',
    command,
  ])
  expect(wrappedHelp(text.join('\n'), undefined, 'kubectl canary')).toBe(text.join('\n'))
})
