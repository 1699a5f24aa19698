import { createInterface } from 'node:readline/promises'
import type { RestorePlan } from '../domain/result.ts'
import { showControls } from '../domain/show-controls.ts'

/** A person at a terminal who can be asked. */
export interface Asker {
  /** A yes-or-no question; no is the default. */
  confirm(question: string): Promise<boolean>
  /** Shows what will be replaced and has the target's name typed. */
  typeName(plan: RestorePlan): Promise<boolean>
}

interface AskerOptions {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
  readonly signal: AbortSignal
  /** What Ctrl-C does: as everywhere else, it aborts `signal`. */
  readonly interrupt: () => void
  /** What the plan means, in a sentence. */
  readonly describePlan: (plan: RestorePlan) => string
}

/** Asks on a terminal. The end of the input counts as no; an interrupt ends the question with an error. */
export function createAsker({
  input,
  output,
  signal,
  interrupt,
  describePlan,
}: AskerOptions): Asker {
  const ask = async (question: string): Promise<string> => {
    const line = createInterface({ input, output })
    // While it reads, a terminal sends Ctrl-C as a key and not as a signal.
    line.on('SIGINT', interrupt)
    // Ctrl-D: without this the answer is never given, and the process ends with neither result nor reason.
    const ended = new Promise<string>((resolve) => line.once('close', () => resolve('')))
    try {
      return await Promise.race([line.question(showControls(question), { signal }), ended])
    } finally {
      line.close()
    }
  }
  return {
    confirm: async (question) => /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim()),
    async typeName(plan) {
      output.write(`${showControls(describePlan(plan))}\n`)
      const { database } = plan.target
      return (await ask(`Type the name of the database to go on (${database}): `)) === database
    },
  }
}
