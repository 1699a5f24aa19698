import type { Kernel } from './deflate-block.ts'
import { compileKernel, createMemory, instantiateKernel, pageSizeBytes } from './kernel.ts'

/** Input of one block. Larger ones need fewer windows, smaller ones less memory. */
export const blockSizeBytes = 256 * 1024
/** How far back deflate may refer. */
export const windowSizeBytes = 32 * 1024
/** The kernel reads a little beyond the input, and output may be a little larger than it. */
const inputSlackBytes = 64
const outputSlackBytes = 1024 + 64
const slotSizeBytes = windowSizeBytes + 2 * blockSizeBytes + inputSlackBytes + outputSlackBytes
/** Room for one compressor's tables; the kernel says what it needs, see `instantiate`. */
const stateSizeBytes = 1408 * 1024

/** The memory that the kernel's instances on all threads share: states, then slots for blocks. */
export interface BlockMemory {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly bytes: Uint8Array<SharedArrayBuffer>
  readonly slots: number
  /** Where the region of one compressor begins. */
  stateAt(index: number): number
  /** Where the input of a slot begins, after room for its window. */
  inputAt(slot: number): number
  outputAt(slot: number): number
  /** An instance for this thread. */
  instantiate(): Kernel
}

/** Memory for so many compressors and blocks. The first page stays the kernel's own. */
export function createBlockMemory(states: number, slots: number): BlockMemory {
  const module = compileKernel()
  const firstSlot = pageSizeBytes + states * stateSizeBytes
  const memory = createMemory(firstSlot + slots * slotSizeBytes)
  const inputAt = (slot: number) => firstSlot + slot * slotSizeBytes + windowSizeBytes
  return {
    module,
    memory,
    bytes: new Uint8Array(memory.buffer),
    slots,
    stateAt: (index) => pageSizeBytes + index * stateSizeBytes,
    inputAt,
    outputAt: (slot) => inputAt(slot) + blockSizeBytes + inputSlackBytes,
    instantiate() {
      const kernel = instantiateKernel(module, memory)
      if (kernel.stateSize() > stateSizeBytes) {
        throw new Error(`The kernel needs ${kernel.stateSize()} bytes for its state`)
      }
      return kernel
    },
  }
}
