import { expect, test } from 'vitest'
import { decodeSecret } from '../../src/secrets.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

test('the line end that many a Secret holds is no part of its values', () => {
  const data = { token: base64('xoxb-1\n'), address: base64(' http://chat/ ') }
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'chat' }, data }
  expect(decodeSecret(secret)).toEqual({ token: 'xoxb-1', address: 'http://chat/' })
})

test('a Secret without data holds nothing', () => {
  expect(decodeSecret({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'chat' } })).toEqual({})
})
