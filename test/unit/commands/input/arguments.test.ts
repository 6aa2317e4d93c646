import { expect, test } from 'vitest'
import {
  canonicalArguments,
  type FlagShape,
  splitCommand,
} from '../../../../commands/input/arguments.ts'

const shapes: FlagShape[] = [
  { name: 'namespace', char: 'n', type: 'value' },
  { name: 'output', char: 'o', type: 'value' },
  { name: 'watch', char: 'w', type: 'switch' },
  { name: 'all-namespaces', char: 'A', type: 'switch' },
  { name: 'as-group', type: 'value', multiple: true },
  { name: 'dry-run', type: 'value' },
  { name: 'step', type: 'value' },
  { name: 'color', type: 'value' },
  { name: 'no-headers', type: 'switch' },
]
const read = (line: string) => canonicalArguments(line.split(' '), shapes)

test('a switch takes true and false behind an equals sign, and no name', () => {
  expect(read('--watch=false podinfo')).toEqual(['--no-watch', '--', 'podinfo'])
  expect(read('--watch=t podinfo')).toEqual(['--watch', '--', 'podinfo'])
  expect(read('-w=0 podinfo')).toEqual(['--no-watch', '--', 'podinfo'])
  expect(read('--no-watch podinfo')).toEqual(['--no-watch', '--', 'podinfo'])
  expect(() => read('--watch=maybe')).toThrow('invalid argument "maybe" for "--watch" flag')
})

test('a plan is shown by the values, too, that kubectl has for it', () => {
  const plain: FlagShape[] = [{ name: 'dry-run', type: 'switch' }]
  for (const value of ['client', 'server', 'true'])
    expect(canonicalArguments([`--dry-run=${value}`], plain)).toEqual(['--dry-run', '--'])
  expect(canonicalArguments(['--dry-run=none'], plain)).toEqual(['--no-dry-run', '--'])
  expect(() => canonicalArguments(['--dry-run=all'], plain)).toThrow('must be true or false')
})

test('a switch whose name begins with no- is itself', () => {
  expect(read('--no-headers')).toEqual(['--no-headers', '--'])
  expect(read('--no-headers=false')).toEqual(['--no-no-headers', '--'])
})

test.each(['-n test', '-ntest', '-n=test', '--namespace test', '--namespace=test'])(
  'every form of a value is read: %s',
  (form) => expect(read(`${form} podinfo`)).toEqual(['--namespace', 'test', '--', 'podinfo']),
)

test('letters may be joined, with a value at the end', () => {
  expect(read('-wA')).toEqual(['--watch', '--all-namespaces', '--'])
  expect(read('-wojson')).toEqual(['--watch', '--output', 'json', '--'])
})

test('a repeatable flag takes one word at a time', () => {
  expect(read('--as-group a podinfo --as-group b')).toEqual([
    '--as-group',
    'a',
    '--as-group',
    'b',
    '--',
    'podinfo',
  ])
})

test('the last of several values counts', () => {
  expect(read('-n one -n two')).toEqual(['--namespace', 'two', '--'])
  expect(read('--watch --watch=false')).toEqual(['--no-watch', '--'])
})

test('--dry-run without a value is refused, and takes no name for one', () => {
  expect(() => read('--dry-run podinfo')).toThrow('--dry-run needs a value: --dry-run=client')
  expect(read('--dry-run=client podinfo')).toEqual(['--dry-run', 'client', '--', 'podinfo'])
})

test('--step alone is one, and leaves the name alone', () => {
  expect(read('--step podinfo')).toEqual(['--step', '1', '--', 'podinfo'])
  expect(read('--step=3 podinfo')).toEqual(['--step', '3', '--', 'podinfo'])
})

test('--json and --no-color are short for other flags', () => {
  expect(read('--json --no-color')).toEqual(['--output', 'json', '--color', 'never', '--'])
})

test('two dashes end the flags', () => {
  expect(read('-w -- -n podinfo')).toEqual(['--watch', '--', '-n', 'podinfo'])
})

test('unknown flags and missing values are told in the words of kubectl', () => {
  expect(() => read('--bogus=1')).toThrow('unknown flag: --bogus')
  expect(() => read('-wx')).toThrow("unknown shorthand flag: 'x' in -wx")
  expect(() => read('--namespace')).toThrow('flag needs an argument: --namespace')
  expect(() => read('-n')).toThrow("flag needs an argument: 'n' in -n")
})

test('flags before the command are moved behind it, with their values', () => {
  expect(splitCommand(['-n', 'test', '--watch', 'status', 'podinfo'], shapes)).toEqual({
    command: 'status',
    rest: ['-n', 'test', '--watch', 'podinfo'],
  })
  expect(splitCommand(['--namespace=test', '-ntest', 'list'], shapes).command).toBe('list')
  expect(splitCommand(['-h'], shapes)).toEqual({ command: undefined, rest: ['-h'] })
})

test('a number behind --step is its value, as long as a name is left', () => {
  const shapes = [
    { name: 'step', type: 'value' },
    { name: 'to-weight', type: 'value' },
  ] as const
  const read = (line: string) => canonicalArguments(line.split(' '), shapes).join(' ')
  expect(read('podinfo --step 2')).toBe('--step 2 -- podinfo')
  expect(read('--step 2 podinfo')).toBe('--step 2 -- podinfo')
  expect(read('--step podinfo')).toBe('--step 1 -- podinfo')
  expect(read('podinfo --step')).toBe('--step 1 -- podinfo')
  // A canary may be called so.
  expect(read('--step 2')).toBe('--step 1 -- 2')
  expect(read('podinfo --to-weight 40')).toBe('--to-weight 40 -- podinfo')
})
