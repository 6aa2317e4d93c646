/**
 * No regular expression of the controller takes more than linear work over what users, servers and
 * objects say: one that does lets a text of 100 kB stop the process.
 */
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import path from 'node:path'
import { parseSync } from '@swc/core'
import { expect, test } from 'vitest'
import { stepsOver } from '../support/backtracking.ts'

const root = path.join(import.meta.dirname, '../..')

/** What may grow, since what it is given can't: the reason why. */
const excepted: Readonly<Record<string, string>> = {
  '0+$': 'over numbers that this program wrote',
  '\\.?0+$': 'over numbers that this program wrote',
  '\\/+$': 'over the address of the API server, from the own kubeconfig',
  '\\?.*$': 'over paths of the API that this program wrote',
  '[^a-z\\d]+$': 'over the 236 characters of the name of an event',
  '^[-._]+|[-._]+$': 'over the 58 characters that an annotation may have',
  '(-?\\d+(?:\\.\\d+)?)(?:ms|%)? [<>]': 'over events, of which the API server takes 1 kB',
}

/** These are never in the controller: the embedded cluster, and planes of tests. */
const elsewhere = /^(src\/sandbox\/|src\/routers\/[\w-]+\/plane\.ts)/

interface Found {
  pattern: string
  flags: string
  files: string[]
}

async function regularExpressions(): Promise<Found[]> {
  const found = new Map<string, Found>()
  for (const folder of ['src', 'controller'])
    for await (const file of glob(`${folder}/**/*.ts`, { cwd: root })) {
      if (elsewhere.test(file)) continue
      const source = readFileSync(path.join(root, file), 'utf8')
      for (const { pattern, flags } of literalsIn(parseSync(source, { syntax: 'typescript' }))) {
        const known = found.get(`${flags}/${pattern}`) ?? { pattern, flags, files: [] }
        found.set(`${flags}/${pattern}`, { ...known, files: [...known.files, file] })
      }
    }
  return [...found.values()]
}

function literalsIn(node: unknown): { pattern: string; flags: string }[] {
  if (typeof node !== 'object' || node === null) return []
  if ('type' in node && node.type === 'RegExpLiteral')
    return [node as unknown as { pattern: string; flags: string }]
  return Object.values(node).flatMap(literalsIn)
}

/** Texts made of what the pattern is made of, again and again, with an end that does not fit. */
function* hostileTexts(pattern: string): Generator<(length: number) => string> {
  const words = pattern.match(/[a-zA-Z]{3,}/g) ?? []
  const escaped = pattern.match(/(?<=\\)[^\w]/g) ?? []
  const written = [...pattern.replace(/\\./g, '')].filter((one) => !'?*+^$()|'.includes(one))
  const letters = [...new Set([...' a0A"\\\n-', ...escaped, ...written])].slice(0, 24)
  const pumps = new Set([...letters, ...words, ...words.map((word) => `${word} `)])
  for (const one of letters) for (const other of '\\a') pumps.add(one + other)
  const first = pattern.replace(/[^ -~]|[\\()*+?[\]{}|^$.]/g, '').slice(0, 1)
  for (const pump of pumps)
    for (const start of new Set(['', 'a', first]))
      for (const end of ['', '\n\u0000', 'a!'])
        yield (length) => start + pump.repeat(Math.ceil(length / pump.length)) + end
}

/** The text over which work grows by more than its length does; undefined where there is none. */
function growthOf({ pattern, flags }: Found): string | undefined {
  const steps = stepsOver(pattern, flags)
  for (const text of hostileTexts(pattern)) {
    const [few, many] = [steps(text(60)), steps(text(240))]
    // Four times the text: linear is four times the work, its square sixteen times.
    if (many > 8 * few + 64 || many === Number.POSITIVE_INFINITY)
      return `${JSON.stringify(text(12))}…: ${few} steps become ${many}`
  }
  return undefined
}

test.each([
  ['"(?:\\\\.|[^"\\\\])*"', 'g'],
  ['\\S*\\d\\S*', 'g'],
  ['(a+)+$', ''],
  ['0+$', ''],
  ['[^,]*(?:,[^,]*)*;', ''],
  ['function .* not defined', ''],
])('the attack finds that /%s/ grows', (pattern, flags) => {
  expect(growthOf({ pattern, flags, files: [] })).toBeDefined()
})

test.each([
  ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', ''],
  ['"[^"]*', 'g'],
  ['^(?:a|b)+?c', ''],
  ['\\b[a-z]{2,3}\\b', 'gi'],
])('and that /%s/ does not', (pattern, flags) => {
  expect(growthOf({ pattern, flags, files: [] })).toBeUndefined()
})

test('every regular expression of the controller is linear, or over what is short', async () => {
  const all = await regularExpressions()
  expect(all.length).toBeGreaterThan(100)
  const slow = all
    .filter(({ pattern }) => !Object.hasOwn(excepted, pattern))
    .flatMap((one) => {
      const text = growthOf(one)
      return text === undefined ? [] : [`${one.files.join(', ')}: /${one.pattern}/ over ${text}`]
    })
  expect(slow).toEqual([])
  const unused = Object.keys(excepted).filter((one) => !all.some(({ pattern }) => pattern === one))
  expect(unused, 'exceptions that nothing needs any more').toEqual([])
}, 120_000)
