/** A receiver of alerts that nobody has. */
import type { NotifierService } from '../notifier.ts'
import { postJson } from '../post.ts'

export const pigeon: NotifierService = {
  type: 'pigeon',
  notifier: { request: (target, { title, message }) => postJson(target, { title, message }) },
}
