/** A run as a picture: the canary's weight over time, and the checks that failed. */
import { formatDuration, shortDuration } from '../canary/duration.ts'
import type { Played } from './simulate.ts'

const area = { left: 48, top: 40, width: 560, height: 200 }

/** SVG that is readable on light and dark ground. */
export function plot({ result, seconds, timeline, failedUsers }: Played, name: string): string {
  const last = Math.max(1, seconds)
  const x = (at: number) => (area.left + (at / last) * area.width).toFixed(1)
  const y = (weight: number) => (area.top + area.height * (1 - weight / 100)).toFixed(1)
  const steps = timeline.map(({ at, weight }) => `H${x(at)}V${y(weight)}`).join('')
  const failed = timeline.filter((one, at) => one.failed > (timeline[at - 1]?.failed ?? 0))
  const after = shortDuration(formatDuration(seconds * 1000))
  const title = `${name}: ${result} after ${after}, ${failedUsers} failed requests`
  const marks = [0, 25, 50, 75, 100].map(
    (weight) =>
      `<path d="M${area.left} ${y(weight)}h${area.width}" stroke="#8b949e" stroke-opacity="0.3"/>` +
      `<text x="${area.left - 8}" y="${y(weight)}" dy="4" text-anchor="end">${weight} %</text>`,
  )
  return `${[
    '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="280" viewBox="0 0 640 280" role="img" font-family="sans-serif" font-size="12" fill="#8b949e">',
    `<text x="${area.left}" y="22" font-size="14">${escaped(title)}</text>`,
    ...marks,
    `<path d="M${area.left} ${y(0)}${steps}H${x(seconds)}" fill="none" stroke="#2f81f7" stroke-width="2"/>`,
    ...failed.map(
      ({ at, weight }) => `<circle cx="${x(at)}" cy="${y(weight)}" r="4" fill="#da3633"/>`,
    ),
    `<text x="${area.left}" y="262">0</text>`,
    `<text x="${area.left + area.width}" y="262" text-anchor="end">${after}</text>`,
    '</svg>',
  ].join('\n')}\n`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
