/** The port through which requests get what signs them. `source.ts` is its one adapter. */

export interface CredentialsWanted {
  cloud: 'aws' | 'gcp'
  /** Decoded values of the template's Secret; empty when it names none. */
  secret: Readonly<Record<string, string>>
  region?: string
  /** The token, or the id of the key, that was just refused: what is kept of it is fetched anew. */
  refused?: string
}

/** Keys for AWS, a token for Google. */
export type Credentials =
  | { cloud: 'aws'; accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  | { cloud: 'gcp'; token: string; project?: string }

/** With the time at which they were given out: requests are signed with it. */
export type GivenCredentials = Credentials & { at: Date }

/** Rejects with ProviderError, whose text shows none of them, where there are none. */
export type CredentialSource = (
  wanted: CredentialsWanted,
  signal?: AbortSignal,
) => Promise<GivenCredentials>

/** Credentials, and until when they may be used (milliseconds since 1970), where that is known. */
export interface Lease {
  credentials: Credentials
  untilMs?: number
}
