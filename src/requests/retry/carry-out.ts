export { startAgain as rules } from '../again.ts'
