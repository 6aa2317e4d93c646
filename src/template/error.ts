/** What is wrong with a template, in the words of Go's text/template. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
}
