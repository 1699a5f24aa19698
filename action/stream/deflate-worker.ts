import { type BlockJob, deflateBlock, type Kernel } from './deflate-block.ts'

/** What a worker is given at its start. */
export interface WorkerData {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  /** Address of its own region of the memory. */
  readonly state: number
}

/**
 * A worker's whole program: compress each block that is posted, and post what became of it. Only its
 * text is used, so it refers to nothing outside itself.
 */
function workerProgram(deflate: typeof deflateBlock): void {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads')
  const { crc32 } = process.getBuiltinModule('node:zlib')
  const { module, memory, state } = workerData as WorkerData
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as Kernel
  const bytes = new Uint8Array(memory.buffer)
  parentPort?.on('message', (job: BlockJob) => {
    parentPort.postMessage(deflate(kernel, state, bytes, crc32, job))
  })
}

/**
 * The worker as JavaScript text. Text instead of a file of its own, so that it works from the source
 * as well as from a bundle, which is one file wherever it is put.
 */
export const workerSource = `(${workerProgram})(${deflateBlock})`
