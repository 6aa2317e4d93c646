/** A notifier turns an alert into one HTTP request to a chat or paging service. */
import type { Occasion, Severity } from '../canary/occasion.ts'
import type { HttpAnswer, HttpRequest } from '../io/http.ts'

export interface Alert {
  occasion: Occasion
  severity: Severity
  /** Name of the cluster, where it has one. */
  cluster?: string
  /** `<canary>.<namespace>`: title and author of the message. */
  title: string
  message: string
  /** The message is in the markup of its notifier already: a user's template made it. */
  isMarkup?: boolean
  fields: { name: string; value: string }[]
}

export interface NotifierTarget {
  address: string
  channel: string
  username: string
  token: string
  proxy: string
  /** Where the messages of this run are, for services that have threads. */
  thread?: Thread | undefined
}

/** A conversation of a chat service, as its API names it. */
export interface Thread {
  channel: string
  id: string
}

/** Builds requests, reads answers; never any I/O. */
export interface Notifier {
  request(target: NotifierTarget, alert: Alert): HttpRequest
  /** What is sent after it; each of these may be sent twice without harm. */
  further?(target: NotifierTarget, alert: Alert): HttpRequest[]
  /** The thread that a message began, by what was answered; later ones of the run go there. */
  threadIn?(target: NotifierTarget, answer: HttpAnswer): Thread | undefined
  /** It knows where to send to where no address is given: the Secret holds a key, as `token`. */
  hasOwnAddress?: true | 'with a token'
  /** Any 2xx is success, whatever its text says. */
  isPlain?: true
  /** Text of the cluster, such that the service takes none of it for markup. */
  escape?(text: string): string
  /** The occasions that the service is for; all, where there are none. */
  occasions?: readonly Occasion[]
  /** Those that close what an earlier alert opened: sent whatever severity is asked for. */
  closing?: readonly Occasion[]
}

/** One folder for each service: its name as `AlertProvider.spec.type` has it, and its notifier. */
export interface NotifierService {
  type: string
  notifier: Notifier
}
