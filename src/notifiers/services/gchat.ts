/** Google Chat, by cards: a section for the message, one for each field. */
import type { Notifier } from '../notifier.ts'
import { postJson } from '../post.ts'

const imageUrl = 'https://flagger.app/favicon.png'

export const gchat: Notifier = {
  request(target, { title, message, fields }) {
    const texts = [
      strong(message),
      ...fields.map(({ name, value }) => `${name}<br>${strong(value)}`),
    ]
    const sections = texts.map((text) => ({ widgets: [{ textParagraph: { text } }] }))
    const header = { title: 'Flagger', subtitle: title, imageUrl }
    return postJson({ ...target, token: '' }, { cards: [{ header, sections }] })
  },
}

/** Values come from users and servers; the card is markup. */
function strong(text: string): string {
  const escaped = text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`)
  return `<font color=#848484><strong>${escaped}</strong></font>`
}
