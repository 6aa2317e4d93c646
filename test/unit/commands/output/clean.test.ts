import { expect, test } from 'vitest'
import { harmless, printable } from '../../../../commands/output/clean.ts'

const esc = '\u001b'

test('a text of several lines keeps its lines and tabs, and nothing that steers a terminal', () => {
  expect(printable(`Error from server: a${esc}[2Jb\r\n\tc\u202ed\u009b31m`)).toBe(
    'Error from server: a^[[2Jb^M\n\tc\\u202ed\\u009b31m',
  )
})

test('to a terminal go colours and the moves of the own picture, and no other codes', () => {
  const drawn = `${esc}[?25l${esc}[12A\r${esc}[J${esc}[31mred${esc}[0m\n${esc}[?25h`
  expect(harmless(drawn)).toBe(drawn)
  const title = `${esc}]0;owned\u0007${esc}[3;4Hx${esc}Pq\u202e\rover`
  expect(harmless(title)).toBe('^[]0;owned^G^[[3;4Hx^[Pq\\u202e^Mover')
})
