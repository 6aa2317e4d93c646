import { expect, test } from 'vitest'
import { KubeError } from '../../../../src/errors.ts'
import { inPages } from '../../../../src/io/kube/in-pages.ts'
import type { Kube, ListOptions } from '../../../../src/io/kube/kube.ts'
import { deployments, object } from './clients.ts'

const names = ['a', 'b', 'c', 'd', 'e']

/** A server with five objects, which notes what it is asked for; `refuse` spoils a page. */
function five(refuse: (options: ListOptions) => KubeError | undefined = () => undefined) {
  const asked: ListOptions[] = []
  const list = async (_: unknown, options: ListOptions = {}) => {
    asked.push(options)
    const refusal = refuse(options)
    if (refusal) throw refusal
    const from = Number(options.continue ?? 0)
    const until = options.limit === undefined ? names.length : from + options.limit
    return {
      items: names
        .slice(from, until)
        .map((name) => ({ ...object(), metadata: { name, namespace: 'test' } })),
      resourceVersion: '9',
      ...(until < names.length && { continue: `${until}` }),
    }
  }
  return { kube: { list } as Partial<Kube> as Kube, asked }
}

test('a list comes whole, and is read in pieces with all that narrows it', async () => {
  const { kube, asked } = five()
  const options = { namespace: 'test', labelSelector: 'a=b' }
  const { items, ...rest } = await inPages(kube, 2).list(deployments, options)
  expect(items.map(({ metadata }) => metadata.name)).toEqual(names)
  expect(rest).toEqual({ resourceVersion: '9' })
  expect(asked).toEqual([
    { ...options, limit: 2 },
    { ...options, limit: 2, continue: '2' },
    { ...options, limit: 2, continue: '4' },
  ])
})

test('without a size it is read at once, and a page that somebody asks for is that page', async () => {
  const { kube, asked } = five()
  await inPages(kube, 0).list(deployments)
  const page = await inPages(kube, 500).list(deployments, { limit: 3 })
  expect(page.items).toHaveLength(3)
  expect(page.continue).toBe('3')
  expect(asked).toEqual([{}, { limit: 3 }])
})

test('a list that the server can not go on with is read at once', async () => {
  const { kube, asked } = five((options) =>
    options.continue === '2' ? new KubeError('too old', { status: 410 }) : undefined,
  )
  const { items } = await inPages(kube, 2).list(deployments, { namespace: 'test' })
  expect(items.map(({ metadata }) => metadata.name)).toEqual(names)
  expect(asked.at(-1)).toEqual({ namespace: 'test' })
})

test.each([410, 503])('what the server refuses else is refused: %i at first', async (status) => {
  const { kube } = five(() => new KubeError('no', { status }))
  await expect(inPages(kube, 2).list(deployments)).rejects.toMatchObject({ status })
})
