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

test.each([
  ['\u061c\u200f\u2066', '\\u061c\\u200f\\u2066'],
  ['\u2028\u2029\u0085', '\\u2028\\u2029\\u0085'],
  ['\u00ad\u200b\u2060\ufeff', '\\u00ad\\u200b\\u2060\\ufeff'],
  ['\u{e0041}', '\\u{e0041}'],
])('what is not seen, or turns or breaks a line, is shown: %j', (hidden, shown) => {
  expect(printable(`a${hidden}b`)).toBe(`a${shown}b`)
  expect(harmless(`a${hidden}b`)).toBe(`a${shown}b`)
})

test('letters of all scripts, and what joins them, stay as they are', () => {
  const text = 'نمی\u200cخواهم ✔ क्\u200dष 日本 👩\u200d💻'
  expect(harmless(text)).toBe(text)
})
