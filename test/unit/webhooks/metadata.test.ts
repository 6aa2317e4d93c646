import { expect, test } from 'vitest'
import { renderMetadata } from '../../../src/webhooks/metadata.ts'
import { hookRequest } from '../../../src/webhooks/request.ts'
import { hook } from '../../support/hook.ts'
import { parsed } from '../canary/resource.ts'

const canary = parsed({
  analysis: { interval: '30s', threshold: 2 },
  status: { canaryWeight: 50 },
})

test.each([
  ['if [ "{{ canaryWeight }}" -eq 50 ]; then x; fi', 'if [ "50" -eq 50 ]; then x; fi'],
  ['http://{{ service }}-canary.{{ namespace }}/', 'http://podinfo-canary.test/'],
  ['{{ printf "%s of %s" "name" name }}', 'name of podinfo'],
  ['{{ if ge canaryWeight 50 }}big{{ else }}small{{ end }} {{ interval }}', 'big 30s'],
])('%s is filled in', (text, want) => {
  expect(renderMetadata({ ...hook, metadata: { cmd: text } }, canary)).toEqual({ cmd: want })
})

test.each([
  'no template',
  "kubectl get -o go-template='{{ .metadata.name }}'",
  '{{ range .items }}{{ .x }}{{ end }}',
  '{{ name',
  '{{ name | other }}',
  `kubectl version -o go-template='{{ printf "%s" "primary" }}'`,
  `kubectl get deploy -o go-template='{{ len .items }} {{ "namespace" }}'`,
  '{{ print `name` }} {{ "{{ service }}" }}',
  "{{ index . 'n' }}{{/* name */}}",
  '{{ range $i, $service := .items }}{{ $service.metadata.name }}{{ end }}',
  '{{{ name }}}',
])('%s goes out as it stands', (text) => {
  expect(renderMetadata({ ...hook, metadata: { cmd: text } }, canary)).toEqual({ cmd: text })
})

test('a command for the load tester is posted whole, whatever else its metadata hold', () => {
  const metadata = { type: 'bash', cmd: 'x', method: 'DELETE', body: 'y' }
  expect(
    hookRequest(hook, metadata, {
      payload: 'payload',
      methods: ['POST', 'PATCH', 'PUT', 'GET', 'DELETE'],
    }),
  ).toMatchObject({ method: 'POST', body: 'payload' })
})

test('a timeout of zero means the default', () => {
  expect(hookRequest({ ...hook, timeoutMs: 0 }, {}, { payload: 'payload' }).timeoutMs).toBe(10_000)
})

// In time that grows with the square of the length this takes minutes.
test('a large text of braces goes out as it stands', () => {
  const cmd = '{{ name '.repeat(200_000)
  expect(renderMetadata({ ...hook, metadata: { cmd } }, canary)).toEqual({ cmd })
})

test('metadata for which nothing of the budget is left are not sent half done', () => {
  const metadata = { cmd: 'curl -H weight:{{ canaryWeight }}' }
  expect(() => renderMetadata({ ...hook, metadata }, canary, { left: 0 })).toThrow(/gave up after/)
})
