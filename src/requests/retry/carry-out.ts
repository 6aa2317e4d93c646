import { startAgain } from '../again.ts'

export const rules = startAgain('retriedByPerson')
