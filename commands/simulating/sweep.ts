/** The values of one setting of the judge that are to be compared. */
import { UsageError } from '../../src/errors.ts'
import { type Swept, swept } from '../../src/simulation/judge-table.ts'

export interface Sweep {
  setting: Swept
  values: number[]
}

/** `ratio=1.5,2,3`; the limit in minutes, rates in percent. Throws UsageError. */
export function readSweep(text: string, flag = '--sweep'): Sweep {
  const [name = '', list = ''] = text.split('=')
  const setting = swept.find((one) => one === name)
  const values = list.split(',').map((word) => (word.trim() === '' ? Number.NaN : Number(word)))
  if (setting && values.every((value) => value > 0)) return { setting, values }
  throw new UsageError(
    `invalid argument "${text}" for "${flag}" flag: it must be one of ${swept.join(', ')} with values, such as ratio=1.5,2,3`,
  )
}
