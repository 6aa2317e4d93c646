/** Renders a template with the functions of a canary. */
import { parseTemplate } from '../../../src/template/parsing/parse.ts'
import { type RenderOptions, render } from '../../../src/template/render.ts'

export const functions = { target: () => 'podinfo', variables: () => ({ a: '1', 'b-c': '2' }) }

export function run(text: string, options: RenderOptions = {}) {
  const all = { functions, ...options }
  return render(parseTemplate(text, { functions: Object.keys(all.functions) }), all)
}
