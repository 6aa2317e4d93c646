import { expect, test } from 'vitest'
import { cookiePattern, cookieToSet, isNamed } from '../../../../src/routers/matching/cookies.ts'

test('attributes come in Flagger’s order, and only those that are set', () => {
  const all = {
    cookieName: 'c',
    domain: 'example.com',
    httpOnly: true,
    partitioned: true,
    path: '/app',
    sameSite: 'Strict',
    secure: true,
  } as const
  expect(cookieToSet('c=abc', 60, all)).toBe(
    'c=abc; Max-Age=60; Domain=example.com; HttpOnly; Partitioned; Path=/app; SameSite=Strict; Secure',
  )
  const none = { cookieName: 'c', httpOnly: false, path: '' }
  expect(cookieToSet('c=abc', -1, none)).toBe('c=abc; Max-Age=-1')
})

test('letters of a cookie name that have a meaning in expressions are taken literally', () => {
  expect(cookiePattern('my.cookie=a=XYZ')).toBe(String.raw`.*my\.cookie=a.*XYZ.*`)
  expect(cookiePattern('flagger-cookie=XYZ')).toBe('.*flagger-cookie.*XYZ.*')
})

test('a cookie without a name, or of another name, is not the configured one', () => {
  expect(isNamed('=abc', '')).toBe(false)
  expect(isNamed('=abc', 'c')).toBe(false)
  expect(isNamed('cc=abc', 'c')).toBe(false)
  expect(isNamed('c=abc', 'c')).toBe(true)
  expect(isNamed(undefined, 'c')).toBe(false)
})
