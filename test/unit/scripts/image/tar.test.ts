import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { type Entry, tar } from '../../../../scripts/image/tar.ts'

const file = (path: string, text: string, mode = 0o644): Entry => ({
  path,
  kind: 'file',
  data: Buffer.from(text),
  mode,
})

const list = (archive: Buffer) =>
  execFileSync('tar', ['--list', '--verbose', '--numeric-owner', '--utc'], { input: archive })
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.replaceAll(/ +/g, ' '))

test('tar reads files, folders and links, of root and of 1970', () => {
  const archive = tar([
    file('usr/bin/node', 'program', 0o755),
    { path: 'bin/sh', kind: 'link', target: 'busybox' },
    { path: 'tmp', kind: 'folder', mode: 0o1777 },
  ])

  expect(list(archive)).toEqual([
    'drwxr-xr-x 0/0 0 1970-01-01 00:00 bin/',
    'lrwxrwxrwx 0/0 0 1970-01-01 00:00 bin/sh -> busybox',
    'drwxrwxrwt 0/0 0 1970-01-01 00:00 tmp/',
    'drwxr-xr-x 0/0 0 1970-01-01 00:00 usr/',
    'drwxr-xr-x 0/0 0 1970-01-01 00:00 usr/bin/',
    '-rwxr-xr-x 0/0 7 1970-01-01 00:00 usr/bin/node',
  ])
})

test('the same files give the same archive, in whatever order they come', () => {
  const [one, other] = [file('a/one', '1'), file('b/other', '2')]

  expect(tar([one, other]).equals(tar([other, one]))).toBe(true)
})

test('a path of more than a hundred characters is kept', () => {
  const path = `${'folder/'.repeat(16)}name`

  expect(list(tar([file(path, '')])).at(-1)).toMatch(new RegExp(` ${path}$`))
})
