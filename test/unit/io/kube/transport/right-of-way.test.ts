import { expect, test } from 'vitest'
import { createRightOfWay } from '../../../../../src/io/kube/transport/right-of-way.ts'
import { fakeClock } from '../../fake-clock.ts'

/** Two connections, and what has been let through so far. */
function given() {
  const clock = fakeClock()
  const way = createRightOfWay(clock, 2)
  const gone: string[] = []
  const give = (name: string, signal?: AbortSignal) =>
    way.give(signal).then(() => void gone.push(name))
  const settled = async () => {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
    return gone
  }
  return { clock, way, give, settled }
}

test('nobody waits while a connection is free', async () => {
  const { way, give, settled } = given()
  way.begin()
  void give('a')
  expect(await settled()).toEqual(['a'])
})

test('news waits for the others, and goes on in its order, one for each that has ended', async () => {
  const { way, give, settled } = given()
  const ends = [way.begin(), way.begin(), way.begin()]
  void give('a')
  void give('b')
  void give('c')
  expect(await settled()).toEqual([])
  ends[0]?.()
  expect(await settled()).toEqual([])
  ends[1]?.()
  expect(await settled()).toEqual(['a'])
  ends[2]?.()
  expect(await settled()).toEqual(['a', 'b', 'c'])
})

test('news that has waited for five seconds waits no longer', async () => {
  const { clock, way, give, settled } = given()
  way.begin()
  way.begin()
  void give('a')
  clock.step(4_999)
  expect(await settled()).toEqual([])
  clock.step(1)
  expect(await settled()).toEqual(['a'])
})

test('who gives up does not wait', async () => {
  const { way, give, settled } = given()
  way.begin()
  way.begin()
  const giving = new AbortController()
  void give('a', giving.signal)
  void give('b')
  giving.abort()
  expect(await settled()).toEqual(['a'])
})
