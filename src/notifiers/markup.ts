/** Texts of users and servers in services whose messages are markup. */
import type { Alert } from './notifier.ts'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** The three characters with which markup begins or ends, and no others: Slack decodes just them. */
export function withEntities(text: string): string {
  return text.replace(/[&<>]/g, (char) => entities[char] ?? char)
}

/** Links that say one thing and lead to another: their two parts no longer touch. */
export function withoutHiddenLinks(text: string): string {
  return text.replace(/\](?=[([])|<(?=[a-z]+:)/gi, '$& ')
}

/** An alert whose texts can't become markup; a message that a user's template made stays. */
export function escaped(alert: Alert, plain: (text: string) => string): Alert {
  const { message, isMarkup, fields } = alert
  return {
    ...alert,
    message: isMarkup ? message : plain(message),
    fields: fields.map(({ name, value }) => ({ name, value: plain(value) })),
  }
}
