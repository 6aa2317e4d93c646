/** How versions of an application answer: chosen by image, changed at any time. */

export interface Profile {
  /** Share of requests, 0 to 1, that are answered with status 500. */
  errorRate: number
  /** Half of the answers are faster than this. */
  medianMs: number
  /** 99 of 100 answers are faster than this. */
  p99Ms: number
}

export interface Profiles {
  /** Images that contain this text answer so from now on; the latest rule that fits decides. */
  set(image: string, profile: Partial<Profile>): void
  /** How an image answers; healthy where no rule fits. */
  of(image: string): Profile
}

export interface Answer {
  status: number
  latencyMs: number
}

const healthy: Profile = { errorRate: 0, medianMs: 12, p99Ms: 90 }

/** Every image answers in good health until a rule says otherwise. */
export function createProfiles(): Profiles {
  const rules: { image: string; profile: Profile }[] = []
  return {
    set: (image, profile) => void rules.unshift({ image, profile: { ...healthy, ...profile } }),
    of: (image) => rules.find((rule) => image.includes(rule.image))?.profile ?? healthy,
  }
}

/** The 99th percentile of the standard normal distribution. */
const normalP99 = 2.3263

/** One answer; latencies are spread log-normally through the median and the 99th percentile. */
export function answerOf(profile: Profile, random: () => number): Answer {
  const { errorRate, medianMs, p99Ms } = profile
  const status = random() < errorRate ? 500 : 200
  const spread = Math.log(p99Ms / medianMs) / normalP99
  return { status, latencyMs: medianMs * Math.exp(spread * normal(random)) }
}

/** A number of the standard normal distribution (Box and Muller). */
function normal(random: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()))
  return radius * Math.cos(2 * Math.PI * random())
}
