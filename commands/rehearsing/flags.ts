/** The flags by which rehearse asks the cluster as it is. */
export interface NowFlags {
  now: boolean
  check?: string | undefined
  against?: string | undefined
  hooks: boolean
  alerts: boolean
  prometheus?: string | undefined
  yes: boolean
}

/** Whether the cluster is asked as it is, in place of a play. */
export function isNow({ now, check, against, hooks, alerts }: NowFlags): boolean {
  return now || check !== undefined || against !== undefined || hooks || alerts
}
