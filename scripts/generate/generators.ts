/** Every generator but that of the registries, which some of these load. */
import { apiShapes } from './api-shapes.ts'
import { apiTypes } from './api-types.ts'
import { configuration } from './configuration.ts'
import type { Generator } from './generator.ts'
import { kinds } from './kinds.ts'
import { rbac } from './rbac.ts'
import { readmeCommands } from './readme-commands.ts'

export const generators: readonly Generator[] = [
  apiTypes,
  apiShapes,
  kinds,
  rbac,
  configuration,
  readmeCommands,
]
