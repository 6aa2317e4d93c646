/** Loaded before a controller of a test: at SIGUSR2 it collects garbage and prints what is left. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
// What V8 offers by that name once the flag is set.
const collect = runInNewContext('gc') as () => void

process.on('SIGUSR2', async () => {
  // What finalizers let go of is free at the second time.
  for (let times = 0; times < 3; times++) {
    collect()
    await new Promise((resolve) => setImmediate(resolve))
  }
  console.log(`heap ${process.memoryUsage().heapUsed}`)
})
