import { expect, test } from 'vitest'
import { mostEntries } from '../../../src/inspection/list-limits.ts'
import { createBudget } from '../../../src/template/budget.ts'
import { parseTemplate } from '../../../src/template/parsing/parse.ts'
import { render } from '../../../src/template/render.ts'

/** How many of these templates are rendered before nothing of one budget is left. */
function rendered(text: string): number {
  const budget = createBudget()
  for (let count = 0; count < 100_000; count++)
    try {
      render(parseTemplate(text, { budget }), { budget })
    } catch (error) {
      expect(String(error)).toContain('gave up after the work that all templates of one look')
      return count
    }
  throw new Error('the budget has no end')
}

const query = 'sum(rate(http_requests_total{namespace="{{ print "shop" }}"}[1m])) by (le) '

test('as many usual queries as a Canary may have fit into one look', () => {
  expect(rendered(query.repeat(5))).toBeGreaterThan(mostEntries)
})

test.each([
  ['loops', '{{ range 30000 }}{{ end }}'],
  ['calls of functions', '{{ range 9000 }}{{ with printf "%d" 1 }}{{ end }}{{ end }}'],
  ['long texts', `{{ range 20 }}${'x'.repeat(50_000)}{{ end }}`],
  [
    'texts to look at',
    `{{ $s := "${'x'.repeat(50_000)}" }}{{ range 20 }}{{ if $s }}{{ end }}{{ end }}`,
  ],
  ['actions to read', '{{/* nothing */}}'.repeat(3_000)],
])('few templates with many %s fit into one look', (_, text) => {
  expect(rendered(text)).toBeLessThan(12)
})
