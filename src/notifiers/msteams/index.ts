/** Microsoft Teams, by the connector card that Flagger sends. */
import { escaped, withEntities } from '../markup.ts'
import type { Notifier, NotifierService } from '../notifier.ts'
import { postJson } from '../post.ts'

const notifier: Notifier = {
  escape: withEntities,

  request(target, alert) {
    const { severity, title, message, fields } = escaped(alert, withEntities)
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

export const msteams: NotifierService = { type: 'msteams', notifier }
