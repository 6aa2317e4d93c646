/**
 * Runs command lines of the plugin, each an argument, one after another on the terminal that this
 * process has: to start it anew for each would take a minute.
 */
import { main } from '../../../commands/main.ts'

const exit = process.exit.bind(process)
for (const one of [process, process.stdout, process.stderr]) one.setMaxListeners(0)
Object.assign(process, { exit: () => {} })
for (const line of process.argv.slice(2)) {
  await main(line.split(' '), 'kubectl-canary')
  for (const event of ['SIGINT', 'SIGTERM', 'uncaughtException', 'exit'])
    process.removeAllListeners(event)
}
process.stdout.write('all is shown\n', () => exit(0))
