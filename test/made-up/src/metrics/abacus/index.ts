/** A metric service that nobody has: its answer is one number, and nothing else. */
import { ProviderError } from '../../errors.ts'
import { type MetricProvider, type MetricService, send } from '../provider.ts'

const provider: MetricProvider = {
  *query({ address, query }) {
    const url = `${address}/count?of=${encodeURIComponent(query)}`
    const { status, body } = yield* send({ url, timeoutMs: 5_000 })
    const value = Number(body)
    if (status >= 400 || body.trim() === '' || !Number.isFinite(value))
      throw new ProviderError(`the abacus answered ${status} and no number`)
    return { value }
  },

  *probe({ address }) {
    const { status } = yield* send({ url: `${address}/`, timeoutMs: 5_000 })
    if (status >= 400) throw new ProviderError(`the abacus answered ${status}`)
  },
}

export const abacus: MetricService = { type: 'abacus', provider }
