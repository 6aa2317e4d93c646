import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { compactJson, jsonText, yamlText } from '../../../commands/output/documents.ts'

test('JSON has the bytes that kubectl prints: sorted keys, four blanks, and the escapes of Go', () => {
  expect(jsonText({ b: 1, a: { d: 'x<y>&z\u2028', c: ['ä漢'] } })).toBe(
    `{
    "a": {
        "c": [
            "ä漢"
        ],
        "d": "x\\u003cy\\u003e\\u0026z\\u2028"
    },
    "b": 1
}
`,
  )
  expect(compactJson({ b: '<', a: undefined })).toBe('{"b":"\\u003c"}')
})

const texts = ['yes', 'on', 'n', '010', '1e3', '0x1f', '12:30:45', '2026-11-21T05:53:09Z', 'null']

test.each(texts)(
  'the text %s stays a text for readers of YAML 1.1, such as kubectl',
  async (text) => {
    const yaml = await yamlText({ on: text })
    expect(parse(yaml, { version: '1.1' })).toEqual({ on: text })
    expect(yaml).toBe(`"on": "${text}"\n`)
  },
)
