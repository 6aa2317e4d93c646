/** Every figure that has a limit, one bench after the other. Fails when one of them does. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const benches = [
  ['start.ts'],
  ['scale.ts', '--server', 'embedded', '--canaries', '100'],
  ['scale.ts', '--server', 'embedded', '--canaries', '500'],
  ['scale.ts', '--server', 'real', '--canaries', '100'],
  ['scale.ts', '--server', 'real', '--canaries', '500'],
]

for (const [name = '', ...words] of benches) {
  process.stdout.write(`\n== ${[name, ...words].join(' ')}\n\n`)
  const program = fileURLToPath(new URL(name, import.meta.url))
  const { status } = spawnSync(process.execPath, [program, ...words], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
