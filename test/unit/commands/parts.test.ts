import { expect, test } from 'vitest'
import { isTakenOverByFlux, ownerOf } from '../../../commands/changing/gitops.ts'
import { phaseFilter } from '../../../commands/input/phase-filter.ts'
import { readSelection, requireSelection } from '../../../commands/input/selection.ts'
import { binOf } from '../../../commands/main.ts'
import { ageText, spanText } from '../../../commands/output/age.ts'
import { cut, widthOf } from '../../../commands/output/clean.ts'
import { jsonText, yamlText } from '../../../commands/output/documents.ts'
import { readFormat } from '../../../commands/output/formats.ts'
import { wantsAscii, wantsColor } from '../../../commands/output/style.ts'
import { endingOf, exitOfSeveral, Failure } from '../../../commands/shell/failure.ts'
import { KubeError, UsageError } from '../../../src/errors.ts'
import { canary } from './builders.ts'

const noFlags = { all: false, 'all-namespaces': false, recursive: false }
const named = (...words: string[]) => readSelection(words, noFlags).named

test.each([
  'podinfo',
  'canary/podinfo',
  'canaries/podinfo',
  'canary.flagger.app/podinfo',
  'canaries.flagger.app/podinfo',
  'canary.v1beta1.flagger.app/podinfo',
])('%s names a canary', (word) =>
  expect(named(word)).toEqual([{ kind: 'canary', name: 'podinfo' }]),
)

test('a type may stand before the names', () => {
  expect(named('canary', 'a', 'b')).toEqual([
    { kind: 'canary', name: 'a' },
    { kind: 'canary', name: 'b' },
  ])
  expect(named('canary')).toEqual([{ kind: 'canary', name: 'canary' }])
  expect(named('deploy', 'a')).toEqual([{ kind: 'target', targetKind: 'Deployment', name: 'a' }])
})

test.each([
  ['deploy/a', 'Deployment'],
  ['deployment.apps/a', 'Deployment'],
  ['deployments.v1.apps/a', 'Deployment'],
  ['ds/a', 'DaemonSet'],
  ['svc/a', 'Service'],
])('%s names the canary of a %s', (word, targetKind) => {
  expect(named(word)).toEqual([{ kind: 'target', targetKind, name: 'a' }])
})

test('what cannot be meant is refused with the way out', () => {
  expect(() => named('test/podinfo')).toThrow('use -n test podinfo')
  expect(() => named('Podinfo')).toThrow('invalid name "Podinfo"')
  expect(() => readSelection([], { ...noFlags, all: true, selector: 'a=b' })).toThrow(
    'cannot set --all and --selector at the same time',
  )
  expect(() => readSelection(['a'], { ...noFlags, 'all-namespaces': true })).toThrow(
    'cannot be retrieved by name across all namespaces',
  )
  expect(() => requireSelection(readSelection([], noFlags))).toThrow(
    'name a canary, or use -l SELECTOR or --all',
  )
})

test('ages have the units of kubectl', () => {
  const ages = [
    0, 119, 120, 372, 600, 10_799, 10_800, 28_799, 172_799, 172_800, 691_200, 63_072_000,
  ]
  expect(ages.map((seconds) => ageText(seconds * 1000))).toEqual([
    '0s',
    '119s',
    '2m',
    '6m12s',
    '10m',
    '179m',
    '3h',
    '7h59m',
    '47h',
    '2d',
    '8d',
    '2y',
  ])
  expect([38, 540, 7200, 7260].map(spanText)).toEqual(['38s', '9m', '2h', '2h1m'])
})

test('a cell is cut in the middle, and keeps its last five characters', () => {
  expect(cut('podinfo-primary-7d4b9c6f58-2xk9p', 20)).toBe('podinfo-primar…2xk9p')
  expect(cut('short', 20)).toBe('short')
  expect(widthOf('日本e\u0301')).toBe(5)
})

test('colour is decided by flag, NO_COLOR, FORCE_COLOR and the stream, in this order', () => {
  const of = (flag: string, env: Record<string, string>, isTerminal: boolean) =>
    wantsColor({ flag, env, platform: 'linux', isTerminal })
  expect(of('always', { NO_COLOR: '1' }, false)).toBe(true)
  expect(of('never', { FORCE_COLOR: '1' }, true)).toBe(false)
  expect(of('auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false)
  expect(of('auto', { FORCE_COLOR: '1' }, false)).toBe(true)
  expect(of('auto', { FORCE_COLOR: '0' }, true)).toBe(false)
  expect(of('auto', { TERM: 'dumb' }, true)).toBe(false)
  expect(of('auto', { NO_COLOR: '' }, true)).toBe(true)
  expect(of('auto', {}, false)).toBe(false)
})

test('a locale without UTF-8 gets ASCII', () => {
  const of = (env: Record<string, string>) => wantsAscii({ flag: false, env, platform: 'linux' })
  expect(of({ LANG: 'C' })).toBe(true)
  expect(of({ LANG: 'de_DE.UTF-8' })).toBe(false)
  expect(of({ LC_ALL: 'C.utf8', LANG: 'C' })).toBe(false)
  expect(of({})).toBe(false)
})

const noFile = () => Promise.reject(new Error('no file is read'))

test('formats that a command lacks are refused with those that it has', async () => {
  await expect(readFormat('foo', { wide: true, columns: true }, noFile)).rejects.toThrow(
    'unable to match a printer suitable for the output format "foo", allowed formats are: custom-columns,custom-columns-file,json,jsonpath,jsonpath-file,name,wide,yaml',
  )
  await expect(readFormat('wide', { wide: false, columns: false }, noFile)).rejects.toThrow(
    UsageError,
  )
  await expect(readFormat('jsonpath', { wide: false, columns: false }, noFile)).rejects.toThrow(
    'no template given',
  )
})

test('templates may come from a file', async () => {
  const read = (path: string) =>
    Promise.resolve(path === 'columns' ? 'NAME  KIND\n.metadata.name .kind\n' : '{.kind}')
  const rules = { wide: true, columns: true }
  expect(await readFormat('jsonpath-file=x', rules, read)).toEqual({
    kind: 'jsonpath',
    template: '{.kind}',
  })
  expect(await readFormat('custom-columns-file=columns', rules, read)).toEqual({
    kind: 'columns',
    columns: [
      { header: 'NAME', path: '.metadata.name' },
      { header: 'KIND', path: '.kind' },
    ],
  })
})

test('documents have sorted keys', async () => {
  const value = { b: [{ d: 1, c: undefined }], a: 'x' }
  expect(jsonText(value)).toBe(
    '{\n    "a": "x",\n    "b": [\n        {\n            "d": 1\n        }\n    ]\n}\n',
  )
  expect(await yamlText(value)).toBe('a: x\nb:\n- d: 1\n')
})

test('errors of the server are told as kubectl tells them', () => {
  const text = (message: string, status: number, reason = '') =>
    endingOf(new KubeError(message, { status, reason }), 'kubectl canary list').text
  expect(text('canaries is forbidden', 403, 'Forbidden')).toBe(
    'Error from server (Forbidden): canaries is forbidden',
  )
  expect(text('Unauthorized', 401)).toBe(
    'error: You must be logged in to the server (Unauthorized)',
  )
  expect(text('The Canary "x" is invalid: spec: Required', 422, 'Invalid')).toBe(
    'The Canary "x" is invalid: spec: Required',
  )
  expect(text('auth info "x" does not exist', 0, 'Config')).toBe(
    'error: auth info "x" does not exist',
  )
})

test('wrong usage names the help page, and a bug is told apart', () => {
  expect(endingOf(new UsageError('unknown flag: --x'), 'kubectl canary list')).toEqual({
    text: "error: unknown flag: --x\nSee 'kubectl canary list --help' for usage.",
    hints: [],
    exit: 2,
  })
  expect(endingOf(new TypeError('oops'), '').exit).toBe(70)
  expect(endingOf(new Failure('error: x', { exit: 6 }), '').exit).toBe(6)
})

test('several objects give the code that all failures share, else 1', () => {
  expect([[0, 0], [6, 6], [6, 5], [0, 6], []].map((codes) => exitOfSeveral(codes))).toEqual([
    0, 6, 1, 1, 0,
  ])
})

test('phases are filtered in any case, and ! keeps all others', () => {
  const of = (filter: string, phase: 'Failed' | 'Progressing') =>
    phaseFilter(filter)(canary({ status: { phase } }).resource)
  expect([of('failed', 'Failed'), of('failed', 'Progressing')]).toEqual([true, false])
  expect([of('!Failed', 'Failed'), of('!Failed', 'Progressing')]).toEqual([false, true])
  expect(of('Failed, progressing,', 'Progressing')).toBe(true)
})

test('what STATUS shows is a phase to filter by, and a slip of the pen is none', () => {
  const paused = canary({
    status: { phase: 'Progressing', canaryAnalysis: { runId: 1, paused: { since: '' } } },
  }).resource
  expect(phaseFilter('paused')(paused)).toBe(true)
  expect(phaseFilter('Progressing')(paused)).toBe(true)
  expect(phaseFilter('!Paused')(paused)).toBe(false)
  expect(phaseFilter('unknown')(canary({}).resource)).toBe(true)
  expect(() => phaseFilter('Fail')).toThrow('"fail" is no phase: there are Initializing, ')
})

test('GitOps tools are known by their labels', () => {
  const flux = {
    'kustomize.toolkit.fluxcd.io/name': 'podinfo',
    'kustomize.toolkit.fluxcd.io/namespace': 'apps',
  }
  expect(ownerOf({ name: 'x', labels: flux })).toBe('Flux Kustomization apps/podinfo')
  expect(
    ownerOf({ name: 'x', annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/x' } }),
  ).toBe('Argo CD Application shop')
  expect(isTakenOverByFlux('kubectl-annotate', { name: 'x', labels: flux })).toBe(true)
  expect(isTakenOverByFlux('canary-cli', { name: 'x', labels: flux })).toBe(false)
})

test('the plugin is called as its file is named', () => {
  expect(binOf('/usr/bin/kubectl-canary')).toBe('kubectl canary')
  expect(binOf('/x/kubectl-flagger_canary.js')).toBe('kubectl flagger-canary')
})
