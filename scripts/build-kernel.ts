/**
 * Compiles the deflate kernel to WebAssembly and writes it, as base64, into the module that carries
 * it. With `--check` nothing is written: the exit code is 1 where the committed module differs from
 * a fresh build.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const target = join(root, 'action/stream/kernel-wasm.ts')
const lineLength = 96

/** Nothing that depends on the machine goes in: no names, no paths, no source map. */
const settings = [
  ...['-O3', '--converge', '--noAssert', '--runtime', 'stub'],
  ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
  ...['--enable', 'simd,threads,bulk-memory', '--disableWarning', '201'],
]

function compile(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'kernel-'))
  try {
    const output = join(folder, 'kernel.wasm')
    const compiler = join(root, 'node_modules/assemblyscript/bin/asc.js')
    const source = 'action/stream/kernel/index.ts'
    execFileSync(process.execPath, [compiler, source, '-o', output, ...settings], {
      cwd: root,
      stdio: 'inherit',
    })
    return readFileSync(output)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function render(wasm: Buffer): string {
  const base64 = wasm.toString('base64')
  const lines = base64.match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? []
  return [
    '// Generated from action/stream/kernel by `npm run build:kernel`. Do not edit.',
    '// biome-ignore-all format: one line of base64 after the other',
    '',
    '/** The deflate kernel as WebAssembly, in base64. */',
    'export const kernelWasm = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('')",
    '',
  ].join('\n')
}

const fresh = render(compile())
if (!process.argv.includes('--check')) {
  writeFileSync(target, fresh)
} else if (readFileSync(target, 'utf8') !== fresh) {
  console.error(
    'Cannot vouch for action/stream/kernel-wasm.ts: it differs from a fresh build, expected equal bytes; run "npm run build:kernel"',
  )
  process.exitCode = 1
}
