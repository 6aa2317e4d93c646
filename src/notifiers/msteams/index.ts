/** Microsoft Teams: the card of a workflow, or the connector card that Flagger sends. */
import { escaped, withEntities, withoutHiddenLinks } from '../markup.ts'
import type { Alert, Notifier, NotifierService } from '../notifier.ts'
import { postJson } from '../post.ts'

/** Where workflows of Teams ("Post to a channel when a webhook request is received") listen. */
const workflowHost = /\.(logic\.azure\.(com|us|cn)|api\.powerplatform\.(com|us|cn))$/

/** Texts of cards are Markdown as well as markup. */
const plain = (text: string) => withoutHiddenLinks(withEntities(text))

const notifier: Notifier = {
  escape: plain,

  request(target, alert) {
    const host = URL.parse(target.address)?.hostname ?? ''
    const body = workflowHost.test(host) ? adaptiveCard(alert) : connectorCard(alert)
    return postJson({ ...target, token: '' }, body)
  },
}

export const msteams: NotifierService = { type: 'msteams', notifier }

function connectorCard(alert: Alert) {
  const { severity, title, message, fields } = escaped(alert, plain)
  const section = { activityTitle: message, activitySubtitle: title, facts: fields }
  return {
    '@type': 'MessageCard',
    '@context': 'http://schema.org/extensions',
    themeColor: severity === 'error' ? 'FF0000' : '0076D7',
    summary: title,
    sections: [section],
  }
}

const colors: Readonly<Record<Alert['severity'], string>> = {
  info: 'Default',
  warn: 'Warning',
  error: 'Attention',
}

/** The message that a workflow posts as it is: an Adaptive Card, whose texts are Markdown. */
function adaptiveCard(alert: Alert) {
  const { severity, title, message, fields } = escaped(alert, withoutMarkdown)
  const text = (words: string, how: object) => ({
    type: 'TextBlock',
    text: words,
    wrap: true,
    ...how,
  })
  const facts = fields.map(({ name, value }) => ({ title: name, value }))
  const content = {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.4',
    body: [
      text(message, { weight: 'Bolder', color: colors[severity] }),
      text(withoutMarkdown(title), { isSubtle: true, spacing: 'None' }),
      ...(facts.length > 0 ? [{ type: 'FactSet', facts }] : []),
    ],
  }
  const attachment = {
    contentType: 'application/vnd.microsoft.card.adaptive',
    contentUrl: null,
    content,
  }
  return { type: 'message', attachments: [attachment] }
}

/** Links, emphasis and lists are all that a card reads of Markdown. */
function withoutMarkdown(text: string): string {
  return text.replace(/[\\[\]*_]/g, '\\$&')
}
