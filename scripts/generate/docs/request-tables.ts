import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Phase } from '../../../src/canary/api.gen.ts'
import { parseCanary } from '../../../src/canary/canary.ts'
import { phases } from '../../../src/canary/phases.ts'
import { verbs as rows } from '../../../src/requests/registry.gen.ts'
import { annotationOf } from '../../../src/requests/request.ts'
import type { Situation } from '../../../src/requests/situation.ts'
import type { RequestVerb } from '../../../src/requests/verb.ts'
import { isStanding, rowOf, verbs } from '../../../src/requests/verbs.ts'
import type { Generator } from '../generator.ts'
import { markdownTable, withMarked } from './marked.ts'

const path = 'docs/annotations.md'

const asked = verbs.toSorted((one, other) => rowOf(one).command.place - rowOf(other).command.place)

/** What each verb means, and what it comes to in which phase: the tables of the requests' page. */
export const requestTables: Generator = async (root) => {
  const text = await readFile(join(root, path), 'utf8')
  return [{ path, text: withMarked(withMarked(text, 'verbs', meanings()), 'phases', answers()) }]
}

function meanings(): string {
  const head = ['Annotation', '`"true"` by hand means', 'Plugin']
  const body = asked.map((verb) => {
    const row = rowOf(verb)
    return [code(annotationOf(verb)), row.byHand ?? '', pluginOf(row)]
  })
  return markdownTable([head, ...body])
}

/** The command with its flags, and the one that takes it back. */
function pluginOf({ name, command }: RequestVerb): string {
  const flags = Object.keys(command.flags ?? {}).map((flag) => code(`--${flag}`))
  const back = rows.filter(({ takesBack }) => takesBack === name)
  const undone = back.map((row) => `; ${code(row.name)} removes it`).join('')
  return [code(name), ...flags].join(', ') + undone
}

/** Phases with the same answers share a line. */
function answers(): string {
  const columns = asked.map(rowOf).filter((row) => !isStanding(row))
  const lines = new Map<string, { names: string[]; cells: string[] }>()
  for (const phase of phases) {
    if (phase === '' || phase.startsWith('Terminat')) continue
    const cells = columns.map((row) => answerIn(row, phase))
    const line = lines.get(cells.join('|')) ?? { names: [], cells }
    line.names.push(phase)
    lines.set(cells.join('|'), line)
  }
  const body = [...lines.values()].map(({ names, cells }) => [names.join(', '), ...cells])
  return markdownTable([['Phase', ...columns.map(({ name }) => name)], ...body])
}

function answerIn(row: RequestVerb, phase: Phase): string {
  const usual = answerAt(row, situation(phase))
  const changed = answerAt(row, { ...situation(phase), isChanged: true })
  return usual === changed ? usual : `${usual}, or ${changed} where a run is about to start`
}

function answerAt(row: RequestVerb, at: Situation): string {
  const fit = row.fit({}, at)
  if (fit.kind === 'act') return fit.waits === undefined ? 'done' : `waits ${fit.waits}`
  return fit.kind === 'same' ? 'unchanged' : 'rejected'
}

const { canary } = parseCanary(
  {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo', namespace: 'test' },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      service: { port: 80 },
      analysis: { interval: '1m', threshold: 5, stepWeight: 10, maxWeight: 50 },
    },
  },
  { meshProvider: 'istio', metricsServer: '' },
)

/** In the middle of a weighted run, where the phase has one. */
function situation(phase: Phase): Situation {
  return {
    canary,
    phase,
    isChanged: false,
    isHeld: false,
    isPaused: false,
    weight: 20,
    strategy: 'canary',
    iterations: 0,
    movesTraffic: true,
    isPrimaryGone: false,
    pending: [],
  }
}

function code(word: string): string {
  return `\`${word}\``
}
