/**
 * One restore in a process of its own, which dies by SIGKILL where its log says what it was told to
 * wait for. Reads its orders as JSON from its only argument.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { openTarget, wholeLoad } from './open-target.ts'

export interface Orders {
  readonly url: string
  readonly database: string
  readonly mode: 'swap' | 'in-place'
  readonly format: 'plain' | 'custom'
  readonly dumpPath: string
  /** Beginning of the line at which it dies, and how long after it. */
  readonly dieAt: string
  readonly dieAfterMs: number
}

const orders: Orders = JSON.parse(process.argv[2] ?? '{}')
const { target } = openTarget(orders.url, (line) => {
  if (!line.startsWith(orders.dieAt)) return
  if (orders.dieAfterMs === 0) process.kill(process.pid, 'SIGKILL')
  void delay(orders.dieAfterMs).then(() => process.kill(process.pid, 'SIGKILL'))
})

const dump = { format: orders.format, path: orders.dumpPath }
await target.lock()
if (orders.mode === 'in-place') {
  await target.load(wholeLoad(orders.database, dump, true))
} else {
  const scratch = target.scratchName('20261122T030012Z-k7q2', 'abcdef')
  await target.createScratch(scratch, { encoding: 'UTF8' })
  await target.load(wholeLoad(scratch, dump))
  await target.carryOver(orders.database, scratch)
  const keepAs = `${orders.database}__pre`
  await target.swap({ target: orders.database, scratch, keepAs, sessionGraceMs: 0 })
}
await target.close()
process.stdout.write('finished\n')
