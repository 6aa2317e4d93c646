import { expect, test } from 'vitest'
import { archiveName, NoNodeError, targetOf } from '../../../../scripts/release/targets.ts'

test('a platform that no release is made for is refused, and the others are named', () => {
  expect(() => targetOf('linux/386')).toThrow('linux/386 is no platform of a release; known are')
})

test('archives are named as krew and people look for them', () => {
  expect(archiveName(targetOf('linux/arm64'), '1.2.3')).toBe(
    'kubectl-canary_v1.2.3_linux_arm64.tar.gz',
  )
  expect(archiveName(targetOf('windows/amd64'), '1.2.3')).toBe(
    'kubectl-canary_v1.2.3_windows_amd64.zip',
  )
})

test('where npm has no Node for a platform the message says who makes its executable', () => {
  const error = new NoNodeError(targetOf('windows/arm64'))
  expect(error.message).toContain('windows/arm64 on such a machine, as the release workflow does')
})
