/** Reading for pictures: what takes long is shown as soon as it is there, and holds nothing else up. */
import { KubeError } from '../../src/errors.ts'
import type { Clock } from '../../src/io/clock.ts'
import { pause } from '../../src/io/deadline.ts'
import { refKey } from '../../src/objects.ts'
import type { Reader } from '../../src/report/reading/reader.ts'

/** Why it is not there: the request goes on. */
export const noAnswerYet = 'no answer yet'

/** As long as somebody looks at an empty screen without doubt. */
const patienceMs = 2_000

const late = Symbol('late')

/**
 * The same reader, which waits for no answer longer than a moment: then it rejects as for a server that
 * is silent, and whoever asks the same once more gets the answer when it has come. No request is sent
 * again while the one before is under way.
 */
export function hurried(reader: Reader, { clock }: { clock: Clock }): Reader {
  const underWay = new Map<string, Promise<unknown>>()
  async function read<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const before = underWay.get(key)
    const asking = before ?? ask()
    underWay.set(key, asking)
    const answered = new AbortController()
    // What was waited for once is only taken where it has come.
    const waiting = before ? late : pause(clock, patienceMs, answered.signal).then(() => late)
    try {
      const answer = await Promise.race([asking, waiting])
      if (answer === late) throw new KubeError(noAnswerYet, { status: 0, reason: 'Timeout' })
      underWay.delete(key)
      // The key says what was asked for.
      return answer as T
    } catch (error) {
      if (!isLate(error)) underWay.delete(key)
      else asking.catch(() => {})
      throw error
    } finally {
      answered.abort()
    }
  }
  return {
    ...reader,
    get: (ref) => read(`get ${refKey(ref)}`, () => reader.get(ref)),
    list: (kind, narrowing) =>
      read(`list ${kind.apiVersion} ${kind.plural} ${JSON.stringify(narrowing)}`, () =>
        reader.list(kind, narrowing),
      ),
  }
}

function isLate(error: unknown): boolean {
  return error instanceof KubeError && error.message === noAnswerYet
}
