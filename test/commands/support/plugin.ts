/** Runs the plugin from its source, under the name by which kubectl finds it. */
import { main } from '../../../commands/main.ts'

await main(process.argv.slice(2), 'kubectl-canary', {
  rehearsal: () => import('../../../controller/rehearsal/rehearse.ts'),
})
