import type { Kernel } from './deflate-block.ts'
import { kernelWasm } from './kernel-wasm.ts'

/** Size of WebAssembly's pages. */
export const pageSizeBytes = 64 * 1024

/** The kernel's module, which threads can share. */
export function compileKernel(): WebAssembly.Module {
  return new WebAssembly.Module(Buffer.from(kernelWasm, 'base64'))
}

/** Memory of at least `sizeBytes`; pages are taken from the machine when they are first written. */
export function createMemory(sizeBytes: number): WebAssembly.Memory {
  const pages = Math.ceil(sizeBytes / pageSizeBytes)
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
}

/** The kernel on this thread. */
export function instantiateKernel(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernel {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Kernel
}
