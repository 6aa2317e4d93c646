/** A notifier turns an alert into one HTTP request to a chat or paging service. */
import type { HttpRequest } from '../io/http.ts'

export interface Alert {
  severity: 'info' | 'warn' | 'error'
  /** `<canary>.<namespace>`: title and author of the message. */
  title: string
  message: string
  fields: { name: string; value: string }[]
}

export interface NotifierTarget {
  address: string
  channel: string
  username: string
  token: string
  proxy: string
}

/** Builds requests, reads answers; never any I/O. */
export interface Notifier {
  request(target: NotifierTarget, alert: Alert): HttpRequest
}
