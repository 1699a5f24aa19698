import { type ProgramEnd, startProgram } from './run-program.ts'

/** What a short program said. */
export interface ProgramOutput extends ProgramEnd {
  readonly stdout: string
  readonly stderr: string
}

const STDOUT_KEPT_CHARACTERS = 256 * 1024

/**
 * Runs a short program to its end, which a time limit bounds. Never rejects for an exit code.
 * @throws the signal's reason where it fires
 */
export async function runForOutput(request: {
  readonly path: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}): Promise<ProgramOutput> {
  request.signal?.throwIfAborted()
  const program = startProgram({ ...request, redact: (text) => text })
  const timer = setTimeout(() => void program.stop(), request.timeoutMs)
  let stdout = ''
  program.stdout?.setEncoding('utf8')
  program.stdout?.on('data', (text: string) => {
    if (stdout.length < STDOUT_KEPT_CHARACTERS) stdout += text
  })
  const end = await program.exited.finally(() => clearTimeout(timer))
  request.signal?.throwIfAborted()
  return { ...end, stdout, stderr: program.stderr() }
}
