/**
 * oclif's configuration without its discovery: the plugin is closed, and loads no code, theme or
 * setting from anybody's home.
 */
import { Config } from '@oclif/core/config'
import pack from '../../package.json' with { type: 'json' }

/** A configuration for the command classes; there are no hooks and no plugins. */
export function configOf(bin: string): never {
  const { name, version } = pack
  const config = new Config({ root: '/' })
  Object.assign(config, {
    bin,
    name,
    version,
    pjson: { name, version, oclif: { bin, topicSeparator: ' ' } },
    topicSeparator: ' ',
    root: '/',
    rootPlugin: { name, root: '/', hooks: {} },
  })
  // The constructor parameter of commands is wider than what they use.
  return config as never
}
