/** Every generator but that of the registries, which some of these load; each may read what those before it wrote. */

import { apiShapes } from './api/api-shapes.ts'
import { apiTypes } from './api/api-types.ts'
import { definitions } from './api/definitions.ts'
import { admission } from './deploy/admission.ts'
import { chartParts } from './deploy/chart.ts'
import { krew } from './deploy/krew.ts'
import { overlays } from './deploy/overlays.ts'
import { rbac } from './deploy/rbac.ts'
import { rights } from './deploy/rights.ts'
import { configuration } from './docs/configuration.ts'
import { providerTable } from './docs/provider-table.ts'
import { readmeCommands } from './docs/readme-commands.ts'
import { requestTables } from './docs/request-tables.ts'
import { rulesOfDecisions } from './docs/rules.ts'
import { supportedTables } from './docs/supported-tables.ts'
import type { Generator } from './generator.ts'
import { kinds } from './kinds.ts'
import { grafana } from './pictures/dashboards.ts'
import { pictures } from './pictures/pictures.ts'
import { providerFacts } from './providers.ts'

export const generators: readonly Generator[] = [
  definitions,
  apiTypes,
  apiShapes,
  kinds,
  providerFacts,
  rbac,
  rights,
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
  providerTable,
  rulesOfDecisions,
]
