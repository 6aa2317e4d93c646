import { expect, test } from 'vitest'
import { KubeError } from '../../../../src/errors.ts'
import { electLeader } from '../../../../src/io/kube/lease.ts'
import { silent } from '../../../../src/io/log.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { type FakeClock, fakeClock } from '../fake-clock.ts'
import { type FakeKube, fakeKube } from './fake-kube.ts'

interface Lease extends KubeObject {
  spec: { holderIdentity: string; leaseTransitions: number; leaseDurationSeconds: number }
}

function contender(kube: FakeKube, clock: FakeClock, identity: string) {
  const told: string[] = []
  const logged: string[] = []
  const election = electLeader({
    kube,
    clock,
    random: () => 0,
    log: { ...silent, error: (_fields, message) => logged.push(message) },
    namespace: 'flagger-system',
    name: 'flagger-leader-election',
    identity,
    onStarted: () => told.push('started'),
    onLost: (why) => told.push(`lost: ${why}`),
  })
  return { ...election, told, logged }
}

const leaseOf = (kube: FakeKube) =>
  kube.objects.get('coordination.k8s.io/v1/Lease/flagger-system/flagger-leader-election') as Lease

/** Lets everything that can go on without time passing go on. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

async function pass(clock: FakeClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    clock.step(1_000)
    await settled()
  }
}

test('creates the lease, and leads', async () => {
  const kube = fakeKube()
  const one = contender(kube, fakeClock(), 'one')
  await settled()
  expect(one.told).toEqual(['started'])
  expect(one.isLeader()).toBe(true)
  expect(leaseOf(kube).spec).toEqual({
    holderIdentity: 'one',
    leaseDurationSeconds: 60,
    acquireTime: '2026-01-01T00:00:00.000000Z',
    renewTime: '2026-01-01T00:00:00.000000Z',
    leaseTransitions: 0,
  })
  await one.stop()
})

test('lets one of two lead, and the other when the first is silent for a lease', async () => {
  const kube = fakeKube()
  const clock = fakeClock()
  const one = contender(kube, clock, 'one')
  await settled()
  const two = contender(kube, clock, 'two')
  await pass(clock, 300_000)
  expect([one.isLeader(), two.isLeader()]).toEqual([true, false])
  expect(two.leader()).toBe('one')

  // The first is cut off: whatever it sends fails.
  kube.before = () => Promise.reject(new KubeError('away', { status: 0 }))
  await pass(clock, 21_000)
  expect(one.told.at(-1)).toBe('lost: the lease could not be renewed within 15 s')
  kube.before = () => {}
  await pass(clock, 30_000)
  expect(two.isLeader()).toBe(false)
  // It counts from when it saw the last renewal, which was after the first came back.
  await pass(clock, 40_000)
  expect(two.told).toEqual(['started'])
  expect(leaseOf(kube).spec).toMatchObject({ holderIdentity: 'two', leaseTransitions: 1 })
  await two.stop()
  await one.stop()
})

test('stops leading as soon as another holds the lease', async () => {
  const kube = fakeKube()
  const clock = fakeClock()
  const one = contender(kube, clock, 'one')
  await settled()
  const lease = leaseOf(kube)
  kube.store({ ...lease, spec: { ...lease.spec, holderIdentity: 'two' } } as Lease)
  await pass(clock, 6_000)
  expect(one.told).toEqual(['started', 'lost: two holds the lease now'])
  expect(one.isLeader()).toBe(false)
  await one.stop()
})

test('gives the lease back when it stops, so that the other leads at once', async () => {
  const kube = fakeKube()
  const clock = fakeClock()
  const one = contender(kube, clock, 'one')
  await settled()
  const two = contender(kube, clock, 'two')
  await settled()
  await one.stop()
  expect(one.told).toEqual(['started'])
  expect(leaseOf(kube).spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 })
  await pass(clock, 5_000)
  expect(two.told).toEqual(['started'])
  await two.stop()
})

test('never leads beside another that was faster', async () => {
  const kube = fakeKube()
  const clock = fakeClock()
  const both = [contender(kube, clock, 'one'), contender(kube, clock, 'two')]
  await pass(clock, 60_000)
  expect(both.filter((one) => one.isLeader())).toHaveLength(1)
  await Promise.all(both.map((one) => one.stop()))
})

test('says once what it is not allowed to, and leads when it is', async () => {
  const kube = fakeKube()
  const clock = fakeClock()
  kube.before = () => Promise.reject(new KubeError('leases is forbidden', { status: 403 }))
  const one = contender(kube, clock, 'one')
  await pass(clock, 30_000)
  expect(one.logged).toEqual([
    'leader election fails: leases is forbidden; let its service account get, create and update leases of coordination.k8s.io',
  ])
  kube.before = () => {}
  await pass(clock, 5_000)
  expect(one.isLeader()).toBe(true)
  await one.stop()
})

test('survives a renewal that fails for less than the deadline', async () => {
  const kube = fakeKube()
  const clock = fakeClock()
  const one = contender(kube, clock, 'one')
  await settled()
  kube.before = () => Promise.reject(new KubeError('busy', { status: 500 }))
  await pass(clock, 14_000)
  kube.before = () => {}
  await pass(clock, 60_000)
  expect(one.told).toEqual(['started'])
  await one.stop()
})

test('a leader that was stopped for long acts no more until it has renewed its lease', async () => {
  const kube = fakeKube()
  const clock = fakeClock()
  const one = contender(kube, clock, 'one')
  expect(one.mayAct()).toBe(false)
  await settled()
  expect(one.mayAct()).toBe(true)
  await pass(clock, 120_000)
  expect(one.mayAct()).toBe(true)
  // As after SIGSTOP and SIGCONT: the time has passed before anything of it could run.
  clock.step(46_000)
  expect(one.mayAct()).toBe(false)
  await settled()
  expect(one.mayAct()).toBe(true)
  await one.stop()
  expect(one.mayAct()).toBe(false)
})

test('the time of day says nothing about the age of a lease', async () => {
  const kube = fakeKube()
  const clock = fakeClock()
  const one = contender(kube, clock, 'one')
  await settled()
  clock.set(3_600_000)
  expect(one.mayAct()).toBe(true)
  clock.set(-7_200_000)
  expect(one.mayAct()).toBe(true)
  await one.stop()
})
