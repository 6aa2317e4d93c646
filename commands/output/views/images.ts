/** Images and revisions in few letters. */
import { shortRevision as firstLetters } from '../../../src/canary/revision.ts'
import type { CanaryReport } from '../../../src/report/report.ts'
import { clean } from '../clean.ts'

/** `podinfo:6.0.0 -> podinfo:6.0.1` for each container that changes. */
export function changeText(images: CanaryReport['revision']['images']): string {
  return images
    .map(({ from, to }) => `${shortImage(from ?? '<none>')} -> ${shortImage(to ?? '<none>')}`)
    .map(clean)
    .join(', ')
}

/** The name and tag of an image, without registry and path. */
export function shortImage(image: string): string {
  return image.split('/').at(-1) ?? image
}

/** The first letters of a revision, for people. */
export function shortRevision(revision: string): string {
  return clean(firstLetters(revision))
}

/** `6.0.0 -> 6.0.1` for each container that changes. */
export function changedTags(images: CanaryReport['revision']['images']): string {
  return images.map(({ from, to }) => clean(`${tag(from)} -> ${tag(to)}`)).join(',') || '-'
}

/** What differs between two images: the tag, or else the whole name. */
function tag(image: string | undefined): string {
  if (!image) return '<none>'
  const short = shortImage(image)
  return short.includes('@') ? short.slice(0, 20) : short.slice(short.indexOf(':') + 1)
}
