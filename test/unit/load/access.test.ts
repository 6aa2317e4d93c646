import { expect, test } from 'vitest'
import { accountOf, readAllowList, refusalOf, tokenIn } from '../../../src/load/access.ts'
import { taskOf } from '../../../src/load/task.ts'

const stranger = { kind: 'stranger' } as const
const account = { kind: 'account', namespace: 'flagger', name: 'flagger' } as const
const closed = { isOpen: false, allowed: [], trustedAccounts: [] }
const program = { kind: 'program', program: 'sh', args: ['-c', 'id'] } as const

test('a stranger runs no program and opens no gate', () => {
  const of = { caller: stranger, namespace: 'test' }
  expect(refusalOf(closed, { ...of, work: program, command: 'id' })).toMatch(
    /^programs are run for/,
  )
  expect(refusalOf(closed, of)).toMatch(/^gates are opened and closed for/)
})

test('a line of hey is for everybody: it starts no program', () => {
  const made = taskOf({
    ...{ name: 'app', namespace: 'test', checksum: '' },
    metadata: { cmd: 'hey -z 1m http://app/' },
  })
  const work = 'task' in made ? made.task.work : program
  expect(work.kind).toBe('load')
  expect(refusalOf(closed, { caller: stranger, namespace: 'test', work })).toBeUndefined()
})

test('an account has its own namespace, and every one where it is trusted', () => {
  const of = { caller: account, work: program, command: 'id' }
  expect(refusalOf(closed, { ...of, namespace: 'flagger' })).toBeUndefined()
  expect(refusalOf(closed, { ...of, namespace: 'test' })).toMatch(/own namespace only/)
  const rules = { ...closed, trustedAccounts: ['flagger/flagger'] }
  expect(refusalOf(rules, { ...of, namespace: 'test' })).toBeUndefined()
})

test('a command on the list is for everybody, and nothing that is added to it', () => {
  const allowed = readAllowList(
    '# smoke tests\n\nbats /tests/*.bats\ncurl -s http://app/ | grep ok\n',
  )
  const refusal = (command: string) =>
    refusalOf(
      { ...closed, allowed },
      { caller: stranger, namespace: 'test', work: program, command },
    )
  expect(refusal('bats /tests/a.bats\n')).toBeUndefined()
  expect(refusal('curl -s http://app/ | grep ok')).toBeUndefined()
  for (const more of [
    'bats /tests/a.bats; id',
    'bats /tests/$(id).bats',
    'bats /tests/a b.bats',
    'bats /tests/a\nid\n.bats',
    'curl -s http://app/ | grep ok; id',
  ])
    expect(refusal(more)).toBeDefined()
})

test.each([
  ['Bearer abc', 'abc'],
  ['bearer abc', 'abc'],
  [`Basic ${Buffer.from('canary:a:b').toString('base64')}`, 'a:b'],
  [`Basic ${Buffer.from('canary:').toString('base64')}`, undefined],
  ['Digest abc', undefined],
  [undefined, undefined],
])('the token in %j is %j', (header, token) => {
  expect(tokenIn(header)).toBe(token)
})

test('only accounts of pods are callers by review', () => {
  expect(accountOf('system:serviceaccount:test:robot')).toEqual({
    kind: 'account',
    namespace: 'test',
    name: 'robot',
  })
  expect(accountOf('admin')).toEqual(stranger)
})
