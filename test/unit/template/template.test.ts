import { describe, expect, test } from 'vitest'
import { run } from './running.ts'

const data = {
  name: 'x',
  list: ['a', 'b', 'c'],
  map: { one: 1, two: 2 },
  nested: { deep: { value: 'v' } },
  yes: true,
  zero: 0,
}

describe.each<[string, string]>([
  ['x{{ target }}y', 'xpodinfoy'],
  ['{{ variables.a }}', '1'],
  ['{{ index variables "b-c" }}{{ index variables "none" }}', '2'],
  ['{{ target | printf "%s-x" }}', 'podinfo-x'],
  ['{{ (index variables "a") }}', '1'],
  ['{{ variables.a | printf "%s/%s" target }}', 'podinfo/1'],
  ['a {{- target -}} b', 'apodinfob'],
  ['a\n{{- /* comment */ -}}\n b', 'ab'],
  ['a{{/* }} */}}b', 'ab'],
  ['{{ "a\\tb\\u0041" }}{{ `r\\aw` }}', 'a\tbAr\\aw'],
  ["{{ 12 }} {{ 0x10 }} {{ 1.50 }} {{ -3 }} {{ 'a' }}", '12 16 1.5 -3 97'],
  ['{{ $x := target }}{{ $x }}{{ $x = "y" }}{{ $x }}', 'podinfoy'],
  ['{{ if .yes }}a{{ else }}b{{ end }}', 'a'],
  ['{{ if .zero }}a{{ else if eq .name "x" }}b{{ else }}c{{ end }}', 'b'],
  ['{{ if and .yes (not .zero) (gt 2 1) }}a{{ end }}', 'a'],
  ['{{ or .zero "" "c" }}{{ and .zero .missing }}', 'c0'],
  ['{{ range .list }}{{ . }},{{ end }}', 'a,b,c,'],
  ['{{ range $i, $v := .list }}{{ $i }}{{ $v }}{{ end }}', '0a1b2c'],
  ['{{ range $k, $v := .map }}{{ $k }}={{ $v }} {{ end }}', 'one=1 two=2 '],
  ['{{ range .list }}{{ if eq . "b" }}{{ continue }}{{ end }}{{ . }}{{ end }}', 'ac'],
  ['{{ range .list }}{{ if eq . "b" }}{{ break }}{{ end }}{{ . }}{{ end }}', 'a'],
  ['{{ range .none }}x{{ else }}empty{{ end }}', 'empty'],
  ['{{ range 3 }}{{ . }}{{ end }}', '012'],
  ['{{ with .nested.deep }}{{ .value }}{{ $.name }}{{ end }}', 'vx'],
  ['{{ with .zero }}a{{ else }}b{{ end }}', 'b'],
  ['{{ define "t" }}<{{ . }}>{{ end }}{{ template "t" .name }}', '<x>'],
  ['{{ block "t" .name }}[{{ . }}]{{ end }}', '[x]'],
  ['{{ len .list }}{{ len "é" }}{{ slice "abcd" 1 3 }}{{ index .list 2 }}', '32bcc'],
  ['{{ print 1 2 "a" 3 }}{{ println .list }}', '1 2a3[a b c]\n'],
  ['{{ .map }}', 'map[one:1 two:2]'],
  ['{{ html "<a>" }}{{ urlquery "a b&" }}', '&lt;a&gt;a+b%26'],
  ['{{ urlquery "a b*~!\'()/é" }}', 'a+b%2A~%21%27%28%29%2F%C3%A9'],
  ['{{ js "it\'s <b> \\n = é" }}', "it\\'s \\u003Cb\\u003E \\u000A \\u003D é"],
  ['{{ slice "héllo" 1 3 }}{{ slice "abc" 1 }}{{ slice "abc" }}', 'ébcabc'],
  ['a\f{{- target }}', 'a\fpodinfo'],
  ['a\u00a0{{- target -}} \t\r\n', 'a\u00a0podinfo'],
  ['{{ $x := "a" }}{{ range 2 }}{{ $x = printf "%s%d" $x . }}{{ end }}{{ $x }}', 'a01'],
  ['{{ define "t" }} {{ end }}{{ define "t" }}full{{ end }}{{ template "t" }}', 'full'],
  ['{{ with .zero }}a{{ else with .name }}{{ . }}{{ end }}', 'x'],
  ['{{ printf "%s" variables }}', 'map[a:1 b-c:2]'],
  ['{{ if and (eq .name "x") (or .zero (ne .name "y")) }}both{{ end }}', 'both'],
  [
    '{{ eq 1 2 1 }}{{ ne "a" "b" }}{{ le 1 1 }}{{ lt "a" "b" }}{{ ge 1 2 }}',
    'truetruetruetruefalse',
  ],
])('%s', (text, want) => {
  test(`gives ${want}`, () => {
    expect(run(text, { data: { ...data, none: [] } })).toBe(want)
  })
})

test.each([
  [
    '{{ variables.foo }}',
    'template: tmpl:1:3: executing "tmpl" at <variables>: map has no entry for key "foo"',
  ],
  [
    '{{ .Name }}',
    'template: tmpl:1:3: executing "tmpl" at <.Name>: nil data; no entry for key "Name"',
  ],
  ['{{ nofunc }}', 'template: tmpl:1: function "nofunc" not defined'],
  [
    'a\n {{ target.x }}',
    'template: tmpl:2:4: executing "tmpl" at <target>: can\'t evaluate field x in type string',
  ],
  ['{{ target', 'template: tmpl:1: unclosed action'],
  ['{{/* x', 'template: tmpl:1: unclosed comment'],
  ['{{ if target }}', 'template: tmpl:1: unexpected EOF'],
  ['\n{{ end }}', 'template: tmpl:2: unexpected {{end}}'],
  ['{{ }}', 'template: tmpl:1: missing value for command'],
  ['{{ $x }}', 'template: tmpl:1: undefined variable "$x"'],
  ['{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}', 'template: tmpl:1: undefined variable "$x"'],
  ['{{ "a }}', 'template: tmpl:1: unterminated quoted string'],
  ['{{ (target }}', 'template: tmpl:1: unclosed left paren'],
  ['{{ break }}', 'template: tmpl:1: {{break}} outside {{range}}'],
  [
    '{{ len 3 }}',
    'template: tmpl:1:3: executing "tmpl" at <len 3>: error calling len: len of type int',
  ],
  [
    '{{ eq 1 "a" }}',
    'template: tmpl:1:3: executing "tmpl" at <eq 1 "a">: error calling eq: incompatible types for comparison',
  ],
  [
    '{{ "a" 1 }}',
    'template: tmpl:1:3: executing "tmpl" at <"a">: can\'t give argument to non-function "a"',
  ],
  [
    '{{ template "t" }}',
    'template: tmpl:1:3: executing "tmpl" at <{{template "t"}}>: template "t" not defined',
  ],
  [
    '{{ target "x" }}',
    'template: tmpl:1:3: executing "tmpl" at <target>: wrong number of args for target: want 0 got 1',
  ],
  [
    '{{ "x" | target }}',
    'template: tmpl:1:9: executing "tmpl" at <target>: wrong number of args for target: want 0 got 1',
  ],
  [
    '{{ not }}',
    'template: tmpl:1:3: executing "tmpl" at <not>: wrong number of args for not: want 1 got 0',
  ],
  [
    '{{ lt 1 }}',
    'template: tmpl:1:3: executing "tmpl" at <lt>: wrong number of args for lt: want 2 got 1',
  ],
  [
    '{{ index }}',
    'template: tmpl:1:3: executing "tmpl" at <index>: wrong number of args for index: want at least 1 got 0',
  ],
  [
    '{{ index variables 1 }}',
    'template: tmpl:1:3: executing "tmpl" at <index variables 1>: error calling index: value has type int; should be string',
  ],
  [
    '{{ slice target 0 100 }}',
    'template: tmpl:1:3: executing "tmpl" at <slice target 0 100>: error calling slice: index out of range: 100',
  ],
  ['{{ $x = target }}', 'undefined variable: $x'],
  ['{{ range $i, $j := 3 }}{{ end }}', "can't use 3 to iterate over more than one variable"],
  [
    '{{ define "a" }}x{{ end }}{{ define "a" }}y{{ end }}',
    'template: tmpl:1: template: multiple definition of template "a"',
  ],
  ['{{ range target }}{{ end }}', "at <target>: range can't iterate over podinfo"],
  [`{{ ${'('.repeat(20_000)}target${')'.repeat(20_000)} }}`, 'tmpl:1: too deep a nesting'],
  ['x'.repeat(65_537), 'template: tmpl: longer than 65536 characters'],
  [
    '{{ define "t" }}{{ template "t" }}{{ end }}{{ template "t" }}',
    'template: tmpl: gave up after templates nested more than 100 deep',
  ],
  [
    '{{ range 99999 }}{{ range 99999 }}{{ end }}x{{ end }}',
    'template: tmpl: gave up after more than 100000 steps',
  ],
  [
    '{{ range 9999 }}{{ printf "%999d" 1 }}{{ end }}',
    'template: tmpl: gave up after more than 1048576 characters of text',
  ],
])('%s is refused', (text, want) => {
  expect(() => run(text)).toThrow(want)
})

test.each([
  ['many actions', '{{ target }}'.repeat(5_000)],
  ['many values', `{{ print ${'target '.repeat(9_000)} }}`],
  ['a text that doubles', `{{ $x := target }}${'{{ $x = print $x $x }}'.repeat(60)}`],
  ['wide numbers', `{{ printf "${'%999999d'.repeat(8_000)}" ${'1 '.repeat(500)} }}`],
  ['loops that are left', '{{ range 40000 }}{{ range 99999 }}{{ break }}{{ end }}{{ end }}'],
  [
    'a long text that is looked into',
    '{{ $x := printf "%999999d" 1 }}{{ range 90000 }}{{ $y := index $x 0 }}{{ end }}',
  ],
  ['many blanks', `${`a${' '.repeat(6_000)}`.repeat(10)}{{- target }}`],
])('%s are read, or given up', (_case, text) => {
  try {
    run(text)
  } catch (error) {
    expect(String(error)).toMatch(/gave up after|too long/)
  }
})

test.each([
  ['a map that is printed and dropped', 'printf "%.0s" $.map'],
  ['many operands', `and ${'1 '.repeat(20_000)}`],
  ['many values to compare with', `eq 1 ${'2 '.repeat(20_000)}`],
  ['many fields', `$${'.a'.repeat(20_000)}`],
  ['many parentheses', `${'('.repeat(300)}1${')'.repeat(300)}`],
])('%s are work, in a loop that writes nothing', (_case, expression) => {
  const text = `{{ range 90000 }}{{ $x := ${expression} }}{{ end }}`
  const data = { map: { a: 'x'.repeat(200_000) } }
  expect(() => run(text, { data, missingKey: 'empty' })).toThrow('gave up after looking at')
})

test('so is the way to a variable that was declared long ago', () => {
  const others = '{{ $a := 1 }}'.repeat(4_000)
  const text = `{{ $b := 1 }}${others}{{ range 90000 }}{{ $c := $b }}{{ end }}`
  expect(() => run(text)).toThrow('gave up after looking at')
})

test('a missing key can be shown instead', () => {
  expect(run('{{ .a.b }}', { data: {}, missingKey: 'invalid' })).toBe('<no value>')
})

test('nothing of JavaScript can be reached', () => {
  expect(() => run('{{ .constructor }}', { data: {} })).toThrow('map has no entry')
  expect(() => run('{{ toString }}')).toThrow('function "toString" not defined')
  expect(() => run('{{ .list.length }}', { data })).toThrow("can't evaluate field length")
})
