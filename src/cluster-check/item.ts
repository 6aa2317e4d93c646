/** A line of a check, and how well that is. */
export interface CheckedItem {
  id: string
  ok: boolean
  level: 'ok' | 'warning' | 'error'
  message: string
}
