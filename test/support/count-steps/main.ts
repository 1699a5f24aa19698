/**
 * Counts in a process of its own: what is to be counted as JSON on the standard input, the counts as JSON on the standard
 * output. Start it without V8's optimising compilers, whose code counts only some of the calls of a function.
 */
import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'

/** A machine that goes back and tries again calls itself for each round of a repeated group; a thread may have the room. */
const stackSizeMb = 256

const worker = new Worker(new URL('./thread.ts', import.meta.url), {
  workerData: JSON.parse(readFileSync(0, 'utf8')),
  resourceLimits: { stackSizeMb },
})
worker.on('message', (counts) => console.log(JSON.stringify(counts)))
