import { startAgain } from '../taking/again.ts'

export const rules = startAgain('restartedByPerson')
