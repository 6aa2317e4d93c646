/** All commands, flags and aliases in one golden: whoever changes the surface sees it here. */
import { expect, test } from 'vitest'
import { commands } from '../../commands/registry.gen.ts'

test('the command surface is what it was', async () => {
  const surface = await Promise.all(
    Object.entries(commands).map(async ([name, { aliases, load }]) => {
      const command = await load()
      const flags = Object.entries({ ...command.baseFlags, ...command.flags })
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([flag, { type, char, multiple, options, default: value }]) =>
          [
            `  --${flag}`,
            char ? `-${char}` : '',
            type === 'boolean' ? 'switch' : multiple ? 'values' : 'value',
            options ? options.join('|') : '',
            value === undefined || value === false ? '' : `default ${value}`,
          ]
            .filter(Boolean)
            .join(' '),
        )
      return [`${[name, ...aliases].join(', ')}: ${command.summary}`, ...flags].join('\n')
    }),
  )
  await expect(`${surface.join('\n\n')}\n`).toMatchFileSnapshot('goldens/surface.txt')
})

test('every switch can be negated, and every repeatable flag takes one word at a time', async () => {
  for (const { load } of Object.values(commands)) {
    const command = await load()
    for (const flag of Object.values({ ...command.baseFlags, ...command.flags })) {
      if (flag.type === 'boolean') expect(flag).toMatchObject({ allowNo: true })
      if (flag.multiple) expect(flag).toMatchObject({ multipleNonGreedy: true })
    }
  }
})

test('no argument is ever read from stdin', async () => {
  for (const { load } of Object.values(commands)) {
    const { args = {} } = (await load()) as unknown as { args?: Record<string, object> }
    for (const argument of Object.values(args))
      expect(argument).toMatchObject({ ignoreStdin: true })
  }
})
