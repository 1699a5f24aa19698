import { redacted, scrubCredentials } from './scrub-credentials.ts'
import { formsOf, secretLengthMin } from './secret-forms.ts'

/**
 * Whether a secret is too short to be redacted, so that its owner can be warned. An empty text is
 * no secret.
 */
export function isTooShortToRedact(secret: string): boolean {
  return secret !== '' && secret.length < secretLengthMin
}

/**
 * A function that replaces every secret, in every form that {@link formsOf} knows, with `***`, and
 * what looks like a credential all the same.
 *
 * Whatever leaves the process in words passes through one: log, summary, comment, manifest, mail.
 * Secrets that {@link isTooShortToRedact} are ignored. Occurrences that overlap are replaced
 * together, so nothing of either is left; the time is linear in the text for each form.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.flatMap((secret) => [...formsOf(secret)]))]
  const longestFirst = forms.sort((a, b) => b.length - a.length)
  return (text) => scrubCredentials(replaceSpans(text, findSpans(text, longestFirst)))
}

interface Span {
  readonly start: number
  readonly end: number
}

function findSpans(text: string, forms: readonly string[]): Span[] {
  const spans: Span[] = []
  for (const form of forms) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
      spans.push({ start: at, end: at + form.length })
    }
  }
  return spans.sort((a, b) => a.start - b.start)
}

function replaceSpans(text: string, spans: readonly Span[]): string {
  let replaced = ''
  let done = 0
  for (const { start, end } of spans) {
    if (start >= done) replaced += text.slice(done, start) + redacted
    done = Math.max(done, end)
  }
  return replaced + text.slice(done)
}
