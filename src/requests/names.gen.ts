// Generated from the folders beside it by `npm run generate`; not to be edited.
/** The names of the folders. */
export type Verb =
  | 'abort'
  | 'pause'
  | 'promote'
  | 'reset'
  | 'restart'
  | 'resume'
  | 'retry'
  | 'skip-analysis'
