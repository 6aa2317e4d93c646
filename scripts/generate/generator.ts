/** One generated file: its path from the root of the project, and its whole text. */
export interface GeneratedFile {
  path: string
  text: string
}

/** Reads sources under `root` and gives the files made from them; it writes nothing. */
export type Generator = (root: string) => Promise<GeneratedFile[]>
