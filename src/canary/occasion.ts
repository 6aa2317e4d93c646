/** What an alert is about; receivers decide on this, and never on the words of the message. */

/**
 * `started`: a canary or a run begins. `waiting`: a gate waits for somebody. `failed`: a run was
 * rolled back, or its promotion failed. `succeeded`: it was promoted. `ended`: it is over without
 * either, or what had failed is put right.
 */
export type Occasion = 'started' | 'waiting' | 'failed' | 'succeeded' | 'ended'

export type Severity = 'info' | 'warn' | 'error'
