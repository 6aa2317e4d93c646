/** For what one part does by itself: a busy machine may take seconds over it. */
export const patience = { timeout: 25_000, interval: 20 }
