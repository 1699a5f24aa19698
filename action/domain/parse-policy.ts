import type { z } from 'zod'
import { defaultPolicy, type Policy, policyCharactersMax, policyFileSchema } from './policy.ts'

/** Longest line, in UTF-16 units: what nests deeper than one line can say costs a parser minutes. */
const lineCharactersMax = 1_000

/** How many faults of one file are told. */
const faultsMax = 3

/** Which key or item of the file is meant, from the top: `['commands', 'restore', 'teams', 0]`. */
export type PolicyPath = readonly (string | number)[]

/** What a reader of YAML made of the file. Problems read "<what is>, expected <what should be>". */
export type YamlReading =
  | {
      readonly kind: 'read'
      /** Plain data; `undefined` or `null` where the file says nothing. */
      readonly value: unknown
      /** Line, from 1, of a key or an item; of the nearest one above it where it is not there. */
      lineOf(path: PolicyPath): number | undefined
    }
  | { readonly kind: 'problem'; readonly line?: number | undefined; readonly problem: string }

/** The policy, or why there is none: a sentence that names the line at fault, and what to do. */
export type PolicyReading =
  | { readonly kind: 'valid'; readonly policy: Policy }
  | {
      readonly kind: 'invalid'
      readonly line?: number | undefined
      readonly message: string
      readonly hint: string
    }

/**
 * Reads the text of `.github/strongroom.yml`. Never throws for what the text holds, and repeats no value of it.
 *
 * @param readYaml turns text into data without aliases and tags; the reader is an effect's, since this room has none
 */
export function parsePolicy(text: string, readYaml: (text: string) => YamlReading): PolicyReading {
  if (text.length > policyCharactersMax) {
    return invalid([
      { text: `it has ${text.length} characters, expected at most ${policyCharactersMax}` },
    ])
  }
  const longLine = text.split('\n').findIndex((line) => line.length > lineCharactersMax)
  if (longLine >= 0) {
    const problem = `it is too long, expected at most ${lineCharactersMax} characters`
    return invalid([{ line: longLine + 1, text: problem }])
  }
  const reading = readYaml(text)
  if (reading.kind === 'problem') return invalid([{ line: reading.line, text: reading.problem }])
  if (reading.value === undefined || reading.value === null) {
    return { kind: 'valid', policy: defaultPolicy }
  }
  const parsed = policyFileSchema.safeParse(reading.value)
  if (parsed.success) return { kind: 'valid', policy: parsed.data }
  const faults = parsed.error.issues.map((issue) => describeIssue(issue, reading.lineOf))
  return invalid(faults.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)))
}

interface Fault {
  readonly line?: number | undefined
  readonly text: string
}

function describeIssue(
  issue: z.core.$ZodIssue,
  lineOf: (path: PolicyPath) => number | undefined,
): Fault {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
  if (issue.code !== 'unrecognized_keys') {
    const text = `${nameOf(path)} is not usable, expected ${issue.message}`
    return { line: lineOf(path), text }
  }
  const unknown = [...path, issue.keys[0] ?? '']
  return {
    line: lineOf(unknown),
    text: `${nameOf(unknown)} is not known, expected ${issue.message}`,
  }
}

/** A key by its path; one that was not written by us is repeated only where it is a plain word. */
function nameOf(path: PolicyPath): string {
  if (path.length === 0) return 'the file'
  const words = path.map((part) => (/^[\w-]{1,40}$/.test(String(part)) ? String(part) : '?'))
  return `"${words.join('.')}"`
}

function invalid(faults: readonly Fault[]): PolicyReading {
  const told = faults
    .slice(0, faultsMax)
    .map(({ line, text }) => (line === undefined ? text : `line ${line}, ${text}`))
  const more = faults.length > faultsMax ? `; and ${faults.length - faultsMax} more` : ''
  return {
    kind: 'invalid',
    line: faults[0]?.line,
    message: `Cannot read the policy file: ${told.join('; ')}${more}`,
    hint: 'Correct .github/strongroom.yml on the default branch; docs/policy.schema.json describes it. Until then no command is taken.',
  }
}
