/** What the sidecars of Istio count, as the destination reports it. */
export { sidecars as checks } from '../checks.ts'
