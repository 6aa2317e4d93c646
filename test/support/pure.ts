/** The pure parts get time and chance as arguments: to ask for them is a defect. */
import { vi } from 'vitest'

const now = Date.now
const forbidden = (what: string) => () => {
  throw new Error(`${what} in a pure part: take it as an argument`)
}

// The test runner itself measures time with these: only code under test is refused.
Date.now = () => (isOurs() ? forbidden('Date.now')() : now.call(Date))
vi.spyOn(Math, 'random').mockImplementation(() => (isOurs() ? forbidden('Math.random')() : 0.5))

function isOurs(): boolean {
  const caller = new Error().stack?.split('\n')[3] ?? ''
  return /\/src\//.test(caller) && !/node_modules/.test(caller)
}
