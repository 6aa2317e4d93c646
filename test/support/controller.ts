/** The controller as a program, from source: what a bundle was built from may be older. */
import { main } from '../../controller/main.ts'

process.exitCode = await main(process.argv.slice(2))
