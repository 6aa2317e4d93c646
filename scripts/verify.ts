/**
 * `npm run verify`: what a change has to pass before it is merged. It generates, checks and tests,
 * and fails where the tree then holds anything that is not committed, generated files included.
 * Its arguments are those of `npm test`.
 */
import { execFileSync, spawnSync } from 'node:child_process'

const steps = [['scripts/generate.ts'], ['scripts/test.ts', ...process.argv.slice(2)]]
for (const step of steps) {
  const { status } = spawnSync('node', step, { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

const left = execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' })
if (left !== '') {
  console.error(`not committed:\n${left}commit it, or remove it, and verify again`)
  process.exit(1)
}
console.log('verified: generated files, checks and tests, and everything is committed')
