/** Numbers as Kubernetes writes them: kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity. */

const factors: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
}

/** `1500m` is 1.5; undefined for what is no quantity. */
export function readQuantity(text: string): number | undefined {
  const found = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:[eE]([+-]?\d+)|([a-zA-Z]{0,2}))$/.exec(text)
  if (!found) return undefined
  const [, digits = '', exponent, suffix = ''] = found
  if (exponent !== undefined) return Number(`${digits}e${exponent}`)
  const factor = Object.hasOwn(factors, suffix) ? factors[suffix] : undefined
  if (factor === undefined) return undefined
  // A division: 1500 * 0.001 is not 1.5.
  return factor < 1 ? Number(digits) / Math.round(1 / factor) : Number(digits) * factor
}
