/** Every generator but that of the registries, which some of these load; each may read what those before it wrote. */
import { admission } from './admission.ts'
import { apiShapes } from './api-shapes.ts'
import { apiTypes } from './api-types.ts'
import { chartParts } from './chart.ts'
import { configuration } from './configuration.ts'
import { grafana } from './dashboards.ts'
import { definitions } from './definitions.ts'
import type { Generator } from './generator.ts'
import { kinds } from './kinds.ts'
import { krew } from './krew.ts'
import { overlays } from './overlays.ts'
import { pictures } from './pictures.ts'
import { providerFacts } from './providers.ts'
import { rbac } from './rbac.ts'
import { readmeCommands } from './readme-commands.ts'
import { requestTables } from './request-tables.ts'
import { rulesOfDecisions } from './rules.ts'
import { supportedTables } from './supported-tables.ts'

export const generators: readonly Generator[] = [
  definitions,
  apiTypes,
  apiShapes,
  kinds,
  providerFacts,
  rbac,
  admission,
  chartParts,
  grafana,
  overlays,
  configuration,
  krew,
  pictures,
  readmeCommands,
  requestTables,
  supportedTables,
  rulesOfDecisions,
]
