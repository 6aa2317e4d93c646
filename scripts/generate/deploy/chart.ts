/** What the Helm chart holds of the rest of the project: rights, definitions, rules, its schema. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { providers } from '../../../src/routers/registry.gen.ts'
import type { GeneratedFile, Generator } from '../generator.ts'
import { valuesSchema } from './chart-values.ts'
import { installedAs } from './overlays.ts'
import {
  authorRules,
  commonRules,
  controllerRules,
  electionRules,
  operateRules,
  providerRules,
  viewRules,
  yaml,
} from './rbac.ts'

const chart = 'deploy/chart'
export const charts: readonly string[] = [
  chart,
  'deploy/charts/loadtester',
  'deploy/charts/grafana',
]

/** The generated parts of the charts. */
export const chartParts: Generator = async (root) => [
  ...(await schemas(root)),
  ...(await definitions(root)),
  rights(),
  ...(await copies(root)),
]

/** Helm refuses values that it does not know, or of another type, with one sentence. */
function schemas(root: string): Promise<GeneratedFile[]> {
  return Promise.all(
    charts.map(async (folder) => {
      const text = await readFile(join(root, folder, 'values.yaml'), 'utf8')
      const path = `${folder}/values.schema.json`
      return { path, text: `${JSON.stringify(valuesSchema(text), undefined, 2)}\n` }
    }),
  )
}

async function definitions(root: string): Promise<GeneratedFile[]> {
  const names = (await readdir(join(root, 'crds'))).filter((name) => name.endsWith('.yaml')).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(root, 'crds', name), 'utf8')
      return { path: `${chart}/crds/${name}`, text }
    }),
  )
}

function rights(): GeneratedFile {
  const ofProviders = providers.map((one) => [`rulesOf.${installedAs(one)}`, providerRules(one)])
  const lists = {
    rules: controllerRules(),
    commonRules: commonRules(),
    ...Object.fromEntries(ofProviders),
    electionRules: electionRules(),
    viewRules: viewRules(),
    operateRules: operateRules(),
    authorRules: authorRules(),
  }
  const parts = Object.entries(lists).map(
    ([name, list]) => `{{- define "flagger.${name}" -}}\n${yaml(list).trimEnd()}\n{{- end -}}\n`,
  )
  const head =
    '{{- /* From the registries in src/ by `npm run generate`; not to be edited. */ -}}\n'
  const names = `{{- define "flagger.providers" -}}${providers.map(installedAs).join()}{{- end -}}\n`
  return {
    path: `${chart}/templates/_rules.gen.tpl`,
    text: head + [names, ...parts].join('\n'),
  }
}

/** A chart reads only what is in its own folder. */
async function copies(root: string): Promise<GeneratedFile[]> {
  const copied = {
    'monitoring/rules.yaml': 'rules.yaml',
    'cluster/admission.yaml': 'admission.yaml',
    'policies/hosts.yaml': 'hosts.yaml',
  }
  return Promise.all(
    Object.entries(copied).map(async ([from, to]) => ({
      path: `${chart}/files/${to}`,
      text: await readFile(join(root, 'deploy', from), 'utf8'),
    })),
  )
}
