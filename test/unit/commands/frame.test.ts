import { expect, test } from 'vitest'
import { createFrame } from '../../../commands/output/frame.ts'
import { fakeTerminal } from './fake-terminal.ts'

test('a frame is drawn over the one before, and only when it differs', () => {
  const { terminal, written } = fakeTerminal(40, 10)
  const frame = createFrame(terminal)
  frame.show(['one', 'two'])
  expect(written()).toBe('^[?25l\r^[Jone\ntwo\n')
  frame.show(['one', 'two'])
  expect(written()).toBe('')
  frame.show(['three'])
  expect(written()).toBe('^[?25l^[2A\r^[Jthree\n')
  frame.end()
  expect(written()).toBe('^[?25h')
})

test('lines are cut to the width, colours kept, and rows to the height', () => {
  const { terminal, written } = fakeTerminal(5, 4)
  createFrame(terminal).show(['\u001b[32mgreen grass\u001b[39m', '漢字漢字', 'c', 'd', 'e'])
  expect(written()).toBe('^[?25l\r^[J^[32mgreen^[39m\n漢字\n…\n')
})

test('after a change of size the screen is begun anew', () => {
  const { terminal, size, listeners, written } = fakeTerminal(40, 10)
  createFrame(terminal).show(['one', 'two'])
  written()
  size.width = 20
  listeners()?.redraw()
  expect(written()).toBe('^[?25l^[H^[2J\r^[Jone\ntwo\n')
})

test('Ctrl-Z gives the cursor back, and the frame goes on below what was written meanwhile', () => {
  const { terminal, listeners, written } = fakeTerminal(40, 10)
  const frame = createFrame(terminal)
  frame.show(['one'])
  written()
  listeners()?.leave()
  expect(written()).toBe('^[?25h')
  listeners()?.redraw()
  expect(written()).toBe('^[?25l\r^[Jone\n')
  frame.end()
  expect(listeners()).toBeUndefined()
})

test('a note stands above the frame', () => {
  const { terminal, written } = fakeTerminal(40, 10)
  const frame = createFrame(terminal)
  frame.tell('early\n')
  expect(written()).toBe('early\n')
  frame.show(['one'])
  written()
  frame.tell('note: lost\n')
  expect(written()).toBe('^[1A\r^[Jnote: lost\n^[?25l\r^[Jone\n')
})
