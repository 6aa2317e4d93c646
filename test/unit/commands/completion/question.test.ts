import { describe, expect, test } from 'vitest'
import { answerText } from '../../../../commands/completion/answer.ts'
import {
  commandWord,
  type Known,
  type Question,
  questionOf,
} from '../../../../commands/completion/question.ts'
import { globalFlags } from '../../../../commands/input/flag-groups.ts'
import { commands } from '../../../../commands/registry.gen.ts'
import { commandName } from '../../../../commands/shell/command-class.ts'

const known: Known = {
  globals: globalFlags,
  commands: Object.keys(commands).map((word) => ({ word })),
  shells: ['bash', 'zsh'],
  conditions: ['done', 'phase='],
  phases: ['Failed'],
}

async function ask(...words: string[]) {
  const name = commandName(commandWord(words, known) ?? '', commands)
  const command = name === undefined ? undefined : await commands[name]?.load()
  return questionOf(words, command, known)
}
const wordsOf = (question: Question) =>
  question.kind === 'words' ? question.candidates.map(({ word }) => word) : question

describe('where a command is to come', () => {
  test('all commands are offered, wherever flags stand', async () => {
    expect(wordsOf((await ask('')).question)).toEqual(Object.keys(commands))
    expect(wordsOf((await ask('-n', 'test', 'st')).question)).toContain('status')
    expect(wordsOf((await ask('help', '')).question)).toContain('list')
  })

  test('flags are those that every command takes', async () => {
    const words = wordsOf((await ask('--')).question)
    expect(words).toContain('--namespace=')
    expect(words).toContain('--ascii')
    expect(words).not.toContain('--phase=')
  })
})

describe('behind a command', () => {
  test('canaries are offered, but for those that are in the line', async () => {
    expect(await ask('status', 'po')).toEqual({
      ...{ question: { kind: 'canaries', given: ['status'] }, before: '', typed: 'po' },
    })
    expect((await ask('-n', 'x', 'promote', 'a', '')).question).toMatchObject({
      ...{ kind: 'canaries', given: ['-n', 'x', 'promote', 'a'] },
    })
  })

  test('its own flags are offered too, one that is in the line not again', async () => {
    const words = wordsOf((await ask('status', '--exit-code', '-')).question)
    expect(words).toContain('--events=')
    expect(words).not.toContain('--exit-code')
    expect(words).not.toContain('--stuck')
  })

  test('some commands take no names', async () => {
    expect(wordsOf((await ask('version', '')).question)).toEqual([])
    expect(wordsOf((await ask('completion', '')).question)).toEqual(['bash', 'zsh'])
  })
})

describe('values of flags', () => {
  test.each([
    [['-n', 'te'], { kind: 'namespaces' }],
    [['--context='], { kind: 'kubeconfig', of: 'context' }],
    [['--user', ''], { kind: 'kubeconfig', of: 'user' }],
    [['status', '-f', ''], { kind: 'files' }],
  ])('%j asks for %j', async (words, question) => {
    expect((await ask(...words)).question).toEqual(question)
  })

  test.each([
    [['--color=n'], ['auto', 'always', 'never']],
    [
      ['wait', '--for', 'ph'],
      ['done', 'phase='],
    ],
    [['list', '--phase='], ['Failed']],
    [
      ['version', '-o', ''],
      ['json', 'yaml', 'jsonpath=', 'jsonpath-file='],
    ],
    [
      ['version', '-o='],
      ['json', 'yaml', 'jsonpath=', 'jsonpath-file='],
    ],
    [['promote', 'x', '--reason', ''], []],
  ])('%j are words', async (words, wanted) => {
    expect(wordsOf((await ask(...words)).question)).toEqual(wanted)
  })
})

describe('the answer', () => {
  test('has what fits, with what it is, and leaves files out', () => {
    const candidates = [{ word: 'status', about: 'Show\u001b' }, { word: 'list' }]
    expect(answerText(candidates, { before: '', typed: 'st' })).toBe('status\tShow^[\n:4\n')
    expect(answerText(candidates, { before: '', typed: 'x' })).toBe(':4\n')
  })

  test('keeps what is written of the word, and sets no blank where it goes on', () => {
    const candidates = [{ word: 'phase=' }, { word: 'done' }]
    expect(answerText(candidates, { before: '--for=', typed: 'p' })).toBe('--for=phase=\n:6\n')
    expect(answerText(candidates, { before: '', typed: '' })).toBe('phase=\ndone\n:4\n')
  })
})
