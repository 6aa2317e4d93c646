/** Google Chat, by cards: a section for the message, one for each field. */
import { escaped, withEntities } from '../markup.ts'
import type { Notifier, NotifierService } from '../notifier.ts'
import { postJson } from '../post.ts'

const imageUrl = 'https://flagger.app/favicon.png'

const notifier: Notifier = {
  escape: withEntities,

  request(target, alert) {
    const { title, message, fields } = escaped(alert, withEntities)
    const texts = [
      strong(message),
      ...fields.map(({ name, value }) => `${name}<br>${strong(value)}`),
    ]
    const sections = texts.map((text) => ({ widgets: [{ textParagraph: { text } }] }))
    const header = { title: 'Flagger', subtitle: title, imageUrl }
    return postJson({ ...target, token: '' }, { cards: [{ header, sections }] })
  },
}

export const gchat: NotifierService = { type: 'gchat', notifier }

function strong(text: string): string {
  return `<font color=#848484><strong>${text}</strong></font>`
}
