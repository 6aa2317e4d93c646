/** Objects as YAML with comments, as a person would write them. */
import { Document, isMap, isScalar, type Node } from 'yaml'

/** `comments` are behind the paths of the fields that they stand above. */
export function commentedYaml(object: unknown, comments: Readonly<Record<string, string>>): string {
  const document = new Document(object, { aliasDuplicateObjects: false })
  for (const [path, text] of Object.entries(comments)) {
    const steps = path.split('.')
    const name = steps.pop()
    const parent = document.getIn(steps, true) as Node | undefined
    if (!isMap(parent)) continue
    const pair = parent.items.find(({ key }) => isScalar(key) && key.value === name)
    if (pair && isScalar(pair.key)) pair.key.commentBefore = ` ${text}`
  }
  return document.toString({ lineWidth: 0 })
}
