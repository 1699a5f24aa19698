/** The thread in which steps are counted; see main.ts. */
import { parentPort, workerData } from 'node:worker_threads'
import { startBlockCounter } from './count-blocks.ts'
import { countBuiltins } from './count-builtins.ts'
import type { Counting } from './count-steps.ts'

const { file, name, folder, texts } = workerData as Counting
const blocks = startBlockCounter(folder)
const subject = ((await import(file)) as Record<string, (text: string) => unknown>)[name]
if (subject === undefined) throw new Error(`Cannot count: ${file} has no ${name}`)
blocks.take()
const counts = texts.map((text) => {
  const builtins = countBuiltins(() => subject(text))
  return builtins + blocks.take()
})
parentPort?.postMessage(counts)
