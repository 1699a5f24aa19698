import type { Kernel } from './deflate-block.ts'
import { kernelWasm } from './kernel-wasm.ts'

/** Input of one block. Larger ones need fewer windows, smaller ones less memory. */
export const blockSizeBytes = 256 * 1024
/** How far back deflate may refer. */
export const windowSizeBytes = 32 * 1024
/** The kernel reads a little beyond the input, and output may be a little larger than it. */
const inputSlackBytes = 64
const outputSlackBytes = 1024 + 64
const slotSizeBytes = windowSizeBytes + 2 * blockSizeBytes + inputSlackBytes + outputSlackBytes
const pageSizeBytes = 64 * 1024

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

/** Pages are taken from the machine only when they are first written. */
export function createBlockMemory(states: number, slots: number): BlockMemory {
  const module = new WebAssembly.Module(Buffer.from(kernelWasm, 'base64'))
  const size = pageSizeBytes + states * stateSizeBytes + slots * slotSizeBytes
  const pages = Math.ceil(size / pageSizeBytes)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  const firstSlot = pageSizeBytes + states * stateSizeBytes
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
      const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as Kernel
      if (kernel.stateSize() > stateSizeBytes) {
        throw new Error(`The kernel needs ${kernel.stateSize()} bytes for its state`)
      }
      return kernel
    },
  }
}

/** Room for one compressor's tables; the kernel says what it needs, see `instantiate`. */
const stateSizeBytes = 1408 * 1024
