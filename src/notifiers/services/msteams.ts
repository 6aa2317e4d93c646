/** Microsoft Teams, by the connector card that Flagger sends. */
import type { Notifier } from '../notifier.ts'
import { postJson } from '../post.ts'

export const msteams: Notifier = {
  request(target, { severity, title, message, fields }) {
    const section = { activityTitle: message, activitySubtitle: title, facts: fields }
    return postJson(
      { ...target, token: '' },
      {
        '@type': 'MessageCard',
        '@context': 'http://schema.org/extensions',
        themeColor: severity === 'error' ? 'FF0000' : '0076D7',
        summary: title,
        sections: [section],
      },
    )
  },
}
