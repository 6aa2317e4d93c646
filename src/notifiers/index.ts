/** Notifiers, by `AlertProvider.spec.type`. */
import type { Notifier } from './notifier.ts'
import { notifierServices } from './registry.gen.ts'

export const notifiers: Readonly<Record<string, Notifier>> = Object.fromEntries(
  notifierServices.map(({ type, notifier }) => [type, notifier]),
)
