import { expect, test } from 'vitest'
import { jsonpathText, jsonpathValues } from '../../../commands/output/jsonpath.ts'

/** The example of kubectl's documentation. */
const document = {
  kind: 'List',
  items: [
    {
      kind: 'None',
      metadata: { name: '127.0.0.1', labels: { 'kubernetes.io/hostname': '127.0.0.1' } },
      status: {
        capacity: { cpu: '4' },
        addresses: [{ type: 'LegacyHostIP', address: '127.0.0.1' }],
      },
    },
    {
      kind: 'None',
      metadata: { name: '127.0.0.2' },
      status: {
        capacity: { cpu: '8' },
        addresses: [
          { type: 'LegacyHostIP', address: '127.0.0.2' },
          { type: 'another', address: '127.0.0.3' },
        ],
      },
    },
  ],
  users: [
    { name: 'myself', user: {} },
    { name: 'e2e', user: { username: 'admin', password: 'secret' } },
  ],
}

/** Keys in order, as Go writes them. */
const expectedUsers =
  '{"name":"myself","user":{}}{"name":"e2e","user":{"password":"secret","username":"admin"}}'

test.each([
  ['{.kind}', 'List'],
  ['the kind is {.kind}', 'the kind is List'],
  ["{['kind']}", 'List'],
  ['{..name}', '127.0.0.1 127.0.0.2 myself e2e'],
  ['{.items[*].metadata.name}', '127.0.0.1 127.0.0.2'],
  ['{.users[0].name}', 'myself'],
  ['{.items[-1].metadata.name}', '127.0.0.2'],
  ['{.items[0:1].metadata.name}', '127.0.0.1'],
  [
    "{.items[*]['metadata.name', 'status.capacity']}",
    '127.0.0.1 127.0.0.2 {"cpu":"4"} {"cpu":"8"}',
  ],
  ["{.items[*].metadata['name']}", '127.0.0.1 127.0.0.2'],
  ["{.items[0].metadata.labels['kubernetes\\.io/hostname']}", '127.0.0.1'],
  ['{.items[0].metadata.labels.kubernetes\\.io/hostname}', '127.0.0.1'],
  ['{.users[?(@.name=="e2e")].user.password}', 'secret'],
  ["{.users[?(@.name=='e2e')].user.password}", 'secret'],
  ['{.users[?(@.user.username)].name}', 'e2e'],
  ['{.items[*].status.addresses[?(@.type != "another")].address}', '127.0.0.1 127.0.0.2'],
  [
    '{range .items[*]}[{.metadata.name}, {.status.capacity}] {end}',
    '[127.0.0.1, {"cpu":"4"}] [127.0.0.2, {"cpu":"8"}] ',
  ],
  ['{range .items[*]}{.metadata.name}{"\\t"}{end}', '127.0.0.1\t127.0.0.2\t'],
  ['{.items[0].metadata.name}{"\\n"}{.kind}', '127.0.0.1\nList'],
  ['.kind', 'List'],
  ['kind', 'List'],
  ['{.nothing.here}', ''],
  ['{range .users[*]}{.name} ', 'myself e2e '],
  ['{range .users[*]}{}{end}', expectedUsers],
])('%s', (template, text) => {
  expect(jsonpathText(template, document)).toBe(text)
})

test('a list of members takes each of them', () => {
  expect(jsonpathText("{.users[1].user['username','password']}", document)).toBe('admin secret')
  expect(jsonpathText('{.users[0,1].name}', document)).toBe('myself e2e')
})

test.each([
  ['{.items[5].kind}', 'array index out of bounds: index 5, length 2'],
  ['{.items[abc]}', 'invalid array index "abc"'],
  ['{.items[?(@.kind=~"a")].kind}', 'unrecognized character "="'],
  ['{len(.items)}', 'unrecognized character "("'],
  ['{`a`}', 'unrecognized character "`"'],
  ['{end}', 'nothing to end'],
  ['{.items[', 'unclosed action'],
  ['{.items[?(@.a}', 'unterminated array'],
])('what cannot be read is refused: %s', (template, message) => {
  expect(() => jsonpathText(template, document)).toThrow(message)
})

test('a template is never evaluated as script', () => {
  expect(() => jsonpathText('{.items[(process.exit(1))]}', document)).toThrow('invalid array index')
  expect(jsonpathValues('.constructor', document)).toEqual([])
})
