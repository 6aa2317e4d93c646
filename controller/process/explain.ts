/** What is said at the start of flags that do less than they say, or more. */
import type { Log } from '../../src/io/log.ts'
import type { Config } from './config/config.ts'

const shortestIntervalMs = 10_000

/** Flagger's own; who set another one should know what became of it. */
const defaultControlLoopMs = 10_000

/** One line for each such flag. */
export function explainFlags(
  { minIntervalMs, dryRun, controlLoopMs }: Readonly<Config>,
  log: Log,
): void {
  if (controlLoopMs !== defaultControlLoopMs)
    log.info(
      { controlLoopIntervalMs: controlLoopMs },
      '-control-loop-interval has no effect: changes and planned times wake a canary, no loop does',
    )
  if (minIntervalMs < shortestIntervalMs)
    log.warn(
      { minimumAnalysisIntervalMs: minIntervalMs },
      '-minimum-analysis-interval below 10s is for tests: metrics are not current at that pace',
    )
  if (dryRun) log.warn({}, 'dry run: nothing is changed, no hook is called, no alert is sent')
}
