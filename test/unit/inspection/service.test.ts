import { expect, test } from 'vitest'
import { inspectSpec } from '../../../src/inspection/inspect.ts'
import { parsed } from '../canary/resource.ts'
import { known } from './faults.ts'

const said = (service: object) =>
  inspectSpec(parsed({ spec: { service: { port: 80, ...service } } }), known)
    .filter(({ isFatal }) => !isFatal)
    .map(({ message }) => message)
    .filter((message) => message.includes('spec.service'))

test.each([
  [{ timeout: '15' }, 'spec.service.timeout "15" is no duration; write it like 15s'],
  [
    { retries: { attempts: 3, perTryTimeout: '2 s' } },
    'spec.service.retries.perTryTimeout "2 s" is no duration; write it like 15s',
  ],
  [
    { corsPolicy: { maxAge: '1d' } },
    'spec.service.corsPolicy.maxAge "1d" is no duration; write it like 15s',
  ],
  [
    { hosts: ['shop.example.com', 'https://shop.example.com'] },
    'spec.service.hosts[1] "https://shop.example.com" is no name of a host; write it like shop.example.com',
  ],
  [
    { hosts: ['shop.example.com:8080'] },
    'spec.service.hosts[0] "shop.example.com:8080" is no name of a host; write it like shop.example.com',
  ],
])('%j, which only the API server would refuse in a route, is told at first sight', (of, told) => {
  expect(said(of)).toEqual([told])
})

test.each([
  { timeout: '1m30s', retries: { attempts: 3, perTryTimeout: '250ms' } },
  { timeout: 'infinity' },
  { hosts: ['*', '*.example.com', 'Shop.example.com', '10.0.0.1', 'fd00::1'] },
])('%j is what it should be', (of) => {
  expect(said(of)).toEqual([])
})
