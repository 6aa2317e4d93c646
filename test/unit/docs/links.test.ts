/** What the documents refer to is there: pages, headings, files and scripts. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const root = new URL('../../../', import.meta.url).pathname
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const pages = globSync(['*.md', 'docs/**/*.md', 'test/conformance/**/*.md'], { cwd: root })

/** A page without what is printed or run, where brackets and hashes mean something else. */
const proseOf = (page: string) => read(page).replace(/^ *```[\s\S]*?^ *```$/gm, '')

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): Set<string> {
  const headings = [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text)
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    ),
  )
}

interface Link {
  page: string
  /** As written: a path from the page, an anchor, or both. */
  target: string
}

const links: Link[] = pages.flatMap((page) =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => ({ page, target }))
    .filter(({ target }) => !/^\w+:/.test(target)),
)

/** The file that a link leads to, from the top of the project, and the heading in it. */
function destination({ page, target }: Link): { file: string; anchor: string | undefined } {
  const [path = '', anchor] = target.split('#')
  return { file: path === '' ? page : join(dirname(page), path), anchor }
}

test('every link leads to a file, and to a heading in it', () => {
  const broken = links.filter((link) => {
    const { file, anchor } = destination(link)
    if (!existsSync(join(root, file))) return true
    return anchor !== undefined && !anchorsOf(file).has(anchor)
  })

  expect(links.length).toBeGreaterThan(30)
  expect(broken).toEqual([])
})

test('every page of the documents is reached from the README, or from a page that leads to others', () => {
  const hubs = ['README.md', 'docs/providers.md', 'docs/metrics-providers.md', 'docs/install.md']
  const fromHubs = links.filter(({ page }) => hubs.includes(page))
  const linked = new Set(['README.md', ...fromHubs.map((link) => destination(link).file)])
  expect(
    globSync(['docs/**/*.md', '*.md'], { cwd: root }).filter((page) => !linked.has(page)),
  ).toEqual([])
})

test('every file and folder that is named in the text is there', () => {
  // A placeholder, or a workload as kubectl names it.
  const noFile = /NAME|KIND|VERB|tideway|^deploy\/podinfo$/
  const folders = 'src|commands|controller|crds|deploy|docs|test|bench|scripts|krew|\\.ci'
  const path = new RegExp(`^(?:${folders})/[\\w./*-]*$`)
  const named = pages.flatMap((page) =>
    [...proseOf(page).matchAll(/`([^`\n]+)`/g)]
      .map(([, text = '']) => ({ page, text }))
      .filter(({ text }) => path.test(text) && !noFile.test(text)),
  )
  const missing = named.filter(({ text }) => globSync(text, { cwd: root }).length === 0)

  expect(named.length).toBeGreaterThan(30)
  expect(missing).toEqual([])
})

test('every script of npm that is named is there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/\bnpm (?:run )?(start|test\b|[\w:]+)/g)]
      .filter(([text]) => text.startsWith('npm run') || /^npm (start|test)$/.test(text))
      .map(([, name = '']) => name),
  )

  expect(named.length).toBeGreaterThan(10)
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([])
})

test('the README stays short', () => {
  expect(read('README.md').split('\n').length).toBeLessThan(150)
})
