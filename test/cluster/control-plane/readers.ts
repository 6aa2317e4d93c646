import path from 'node:path'
import { buildTool, type Tool } from './tool.ts'

const programs = ['argo-health', 'flux-health', 'grafana-dashboard'] as const

/** Programs by which others read what this project writes, made of their own libraries. */
const readers: Tool = {
  name: 'readers',
  module: 'github.com/fluxcd/pkg/runtime',
  programs: Object.fromEntries(programs.map((name) => [name, `./${name}`])),
  sources: programs.map((name) => path.join(name, 'main.go')),
}

/** The folder of `argo-health`, `flux-health` and `grafana-dashboard`. Rejects as `buildTool`. */
export function buildReaders(log: (line: string) => void): Promise<string> {
  return buildTool(readers, log)
}
