import { playsWell } from './plays-well.ts'

playsWell({ seed: 22, runs: 250 })
