/** Why GitHub refused something, where its status alone would mislead. Our words; its own are never repeated. */
export type KnownRefusal =
  /** Too many requests, although no header says so. */
  | { readonly kind: 'limited' }
  /** "<what is>, expected <what should be>", and what to do. */
  | { readonly kind: 'refused'; readonly problem: string; readonly hint: string }

interface Entry {
  readonly status: number
  readonly words: RegExp
  readonly refusal: KnownRefusal
}

const compareFile =
  'Compare its file on the default branch with the example of the documentation, of the same version as the bot.'

/** By what GitHub answers today. Words that change only cost the better sentence. */
const entries: readonly Entry[] = [
  { status: 403, words: /\brate limit\b|\babuse detection\b/i, refusal: { kind: 'limited' } },
  {
    status: 403,
    words: /\bissue is locked\b/i,
    refusal: {
      kind: 'refused',
      problem: 'the issue is locked, expected it to be open for comments',
      hint: 'Unlock the issue, or use another one.',
    },
  },
  {
    status: 410,
    words: /\bissues (?:has|have|are|is)\b.*\bdisabled\b/i,
    refusal: {
      kind: 'refused',
      problem: 'issues are switched off in the repository, expected them to be on',
      hint: 'Switch issues on under Settings, General.',
    },
  },
  {
    status: 422,
    words: /\bdisabled workflow\b/i,
    refusal: {
      kind: 'refused',
      problem: 'the workflow is disabled, expected it to be enabled',
      hint: 'Enable it under Actions; GitHub disables scheduled workflows of a repository without activity.',
    },
  },
  {
    status: 422,
    words: /\bnot have 'workflow_dispatch' trigger\b/i,
    refusal: {
      kind: 'refused',
      problem: 'the workflow has no trigger "workflow_dispatch", expected one',
      hint: compareFile,
    },
  },
  {
    status: 422,
    words: /^(?:Unexpected inputs|Required input|Provided value|For 'properties\/inputs')/i,
    refusal: {
      kind: 'refused',
      problem: 'the workflow does not take the inputs of this command, expected it to take them',
      hint: compareFile,
    },
  },
]

/**
 * Recognises a refusal of GitHub by its words.
 *
 * @param message of the answer's body, whatever that was
 */
export function readKnownRefusal(status: number, message: unknown): KnownRefusal | undefined {
  if (typeof message !== 'string') return undefined
  return entries.find((entry) => entry.status === status && entry.words.test(message))?.refusal
}
