import { expect, test } from 'vitest'
import { svg, themes } from '../../../scripts/generate/pictures/svg.ts'

const picture = (output: string) => svg({ command: 'ls', output, theme: themes.dark })

test('a colour of the terminal is a colour of the picture, and ends where it ended', () => {
  const text = picture('\u001b[31mbad\u001b[39m fine\n')
  expect(text).toMatch(/fill="#ff7b72">bad</)
  expect(text).toMatch(/x="49\.6" y="49" textLength="33\.6" lengthAdjust="spacingAndGlyphs">fine</)
})

test('blanks between columns are none that a browser drops', () => {
  expect(picture('NAME   STATUS')).toContain('>NAME\u00a0\u00a0\u00a0STATUS</text>')
})

test('signs of XML are shown as they are', () => {
  expect(picture('a < b & "c"')).toContain('a &lt; b &amp; &quot;c&quot;'.replaceAll(' ', '\u00a0'))
})

test('a colour that no theme has is an error, and not left out', () => {
  expect(() => picture('\u001b[35mpink\u001b[39m')).toThrow('no colour for escape 35')
})
