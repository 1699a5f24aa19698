import { Worker } from 'node:worker_threads'
import { Failure } from '../domain/failure.ts'
import type { BlockMemory } from './block-memory.ts'
import type { BlockJob, DeflatedBlock } from './deflate-block.ts'
import { type WorkerData, workerSource } from './deflate-worker.ts'

/** Threads that compress blocks. */
export interface DeflatePool {
  /** Never rejects: a worker's crash is the Failure that it resolves to. */
  run(job: BlockJob): Promise<DeflatedBlock | Failure>
  /** Ends all threads, whatever they are doing; what they had fails as cancelled. Idempotent. */
  close(): Promise<void>
}

interface Thread {
  readonly worker: Worker
  /** Blocks that it has been given. */
  load: number
}

/** A block that waits at a thread hides the way there and back. */
const threadLoadMax = 2

/**
 * Starts threads as blocks come that no idle one can take, at most `threadsMax`. They keep the
 * process alive only while they have work.
 */
export function createDeflatePool(
  memory: BlockMemory,
  threadsMax: number,
  source: string = workerSource,
): DeflatePool {
  const threads: Thread[] = []
  const waiting = new Map<number, (end: DeflatedBlock | Failure) => void>()
  let failure: Failure | undefined

  function fail(reason: Failure): void {
    failure ??= reason
    for (const settle of waiting.values()) {
      settle(failure)
    }
    waiting.clear()
  }

  function start(): Thread {
    const workerData: WorkerData = {
      module: memory.module,
      memory: memory.memory,
      state: memory.stateAt(threads.length),
    }
    const worker = new Worker(source, { eval: true, workerData, env: {}, execArgv: [] })
    const thread = { worker, load: 0 }
    threads.push(thread)
    worker.unref()
    worker.on('message', (done: DeflatedBlock) => {
      thread.load--
      if (thread.load === 0) {
        worker.unref()
      }
      waiting.get(done.slot)?.(done)
      waiting.delete(done.slot)
    })
    worker.on('error', (error) => fail(crashed(error)))
    worker.on('exit', (code) => fail(crashed(new Error(`The thread has ended with code ${code}`))))
    return thread
  }

  function choose(): Thread {
    const [first, ...others] = threads
    if (first === undefined) {
      return start()
    }
    const idlest = others.reduce((best, each) => (each.load < best.load ? each : best), first)
    return idlest.load > 0 && threads.length < threadsMax ? start() : idlest
  }

  return {
    run(job) {
      if (failure !== undefined) {
        return Promise.resolve(failure)
      }
      const { promise, resolve } = Promise.withResolvers<DeflatedBlock | Failure>()
      const thread = choose()
      waiting.set(job.slot, resolve)
      thread.load++
      thread.worker.ref()
      thread.worker.postMessage(job)
      return promise
    },
    async close() {
      fail(closed())
      await Promise.all(threads.map(({ worker }) => worker.terminate()))
    },
  }
}

/** Slots that keep `threads` threads busy: what each has, one being filled, one being read. */
export function slotsFor(threads: number): number {
  return threads * threadLoadMax + 2
}

function closed(): Failure {
  return new Failure({
    code: 'cancelled',
    stage: 'compress',
    message: 'Cannot compress the dump: the streams were closed, expected them open to its end',
  })
}

function crashed(cause: unknown): Failure {
  return new Failure({
    code: 'unexpected',
    stage: 'compress',
    message:
      'Cannot compress the dump: a compression thread has stopped, expected it to run to the end',
    hint: 'Run the command again; where it happens again, see whether the machine is short of memory.',
    cause,
  })
}
