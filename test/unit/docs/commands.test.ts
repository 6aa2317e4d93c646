/** Commands that documents name: the plugin has them, with the flags that stand behind them. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { commands } from '../../../commands/registry.gen.ts'

const root = path.join(import.meta.dirname, '../../..')
const pages = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file)),
]

/** `kubectl canary promote podinfo --step`, as far as it is one command. */
const command = /\bkubectl canary ((?:-n \w+ )?)([a-z][a-z-]*)([^\n`|>&;#]*)/g

/** `controller`: a page tells why it is none. */
const noCommands = ['controller']

function namesOf(aliasOrName: string): string | undefined {
  if (Object.hasOwn(commands, aliasOrName)) return aliasOrName
  return Object.entries(commands).find(([, { aliases }]) => aliases.includes(aliasOrName))?.[0]
}

/** Text in which nothing is told but code: fences, and words between back quotes. */
function codeIn(text: string): string {
  const fences = [...text.matchAll(/```[a-z ]*\n([\s\S]*?)```/g)].map(([, code = '']) => code)
  const prose = text.replaceAll(/```[\s\S]*?```/g, '')
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  return [...fences, ...spans].join('\n')
}

test.each(pages)('%s names commands and flags that there are', async (page) => {
  const code = codeIn(readFileSync(path.join(root, page), 'utf8'))
  for (const [line, , verb = '', rest = ''] of code.matchAll(command)) {
    if (noCommands.includes(verb)) continue
    const name = namesOf(verb)
    expect(name, line).toBeDefined()
    const found = await commands[name ?? '']?.load()
    const flags = { ...found?.baseFlags, ...found?.flags }
    for (const [, flag = ''] of rest.matchAll(/ --([a-z][a-z-]*)/g))
      expect(Object.keys(flags), line).toContain(flag.replace(/^no-(?=color)/, ''))
  }
})
