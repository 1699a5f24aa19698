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
  /** What the plan means, in a sentence. */
  readonly describePlan: (plan: RestorePlan) => string
}

/** Asks on a terminal. An interrupt while a question is open counts as no. */
export function createAsker({ input, output, signal, describePlan }: AskerOptions): Asker {
  const ask = async (question: string): Promise<string> => {
    const line = createInterface({ input, output })
    try {
      return await line.question(showControls(question), { signal })
    } catch (error) {
      if (signal.aborted) return ''
      throw error
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
