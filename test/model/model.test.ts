import { playsWell } from './plays-well.ts'

playsWell({ seed: 21, runs: 250 })
