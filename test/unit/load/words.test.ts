import { expect, test } from 'vitest'
import { wordsOf } from '../../../src/load/words.ts'

test.each([
  ['hey -z 1m -q 10 http://app:9898/', ['hey', '-z', '1m', '-q', '10', 'http://app:9898/']],
  [`hey -H 'A: b c' -H "D: 'e'" x`, ['hey', '-H', 'A: b c', '-H', "D: 'e'", 'x']],
  ['hey \\\n  -c 2 \\\n  x\n', ['hey', '-c', '2', 'x']],
  ['# first a note\nhey x # and one behind\n# and one below', ['hey', 'x']],
  ['hey -q 10 \\ # a note behind the backslash\n  x', ['hey', '-q', '10', 'x']],
  ['hey http://app/?a=1#top', ['hey', 'http://app/?a=1#top']],
  [`hey -d "{\\"a\\": 1}" x`, ['hey', '-d', '{"a": 1}', 'x']],
  ['test podinfo --set "a=b c"', ['test', 'podinfo', '--set', 'a=b c']],
])('%j is split as a shell splits it', (command, words) => {
  expect(wordsOf(command)).toEqual(words)
})

test.each([
  'curl -sd x http://app/token | grep token',
  'hey x; rm -rf /',
  'hey x\nrm -rf /',
  'hey $URL',
  'hey "$(id)"',
  'hey `id`',
  'hey x > report',
  'hey http://app/?a=1&b=2',
  'hey "never closed',
  'hey ~/x',
])('%j needs a shell', (command) => {
  expect(wordsOf(command)).toBeUndefined()
})
