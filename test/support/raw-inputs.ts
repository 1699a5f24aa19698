import { inputKeys, type RawInputs } from '../../action/domain/input-keys.ts'
import { checkInputs, type Inputs } from '../../action/domain/inputs.ts'

/** Text for every input: nothing given, but for `given`. */
export function makeRawInputs(given: Readonly<Partial<RawInputs>> = {}): RawInputs {
  const nothing = Object.fromEntries(inputKeys.map((key) => [key, '']))
  return { ...nothing, ...given } as RawInputs
}

/** Inputs that must be valid. */
export function makeInputs(given: Readonly<Partial<RawInputs>> = {}): Inputs {
  const reading = checkInputs(makeRawInputs(given))
  if (reading.kind === 'valid') return reading.inputs
  throw new Error(reading.problems.join('\n'))
}

/** The problems of inputs that must be invalid. */
export function listProblems(given: Readonly<Partial<RawInputs>>): readonly string[] {
  const reading = checkInputs(makeRawInputs(given))
  return reading.kind === 'invalid' ? reading.problems : []
}
