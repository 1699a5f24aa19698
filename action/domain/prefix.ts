import { Failure } from './failure.ts'

/** An object key has at most 1,024 bytes; this leaves room for everything below the prefix. */
const prefixLengthMax = 512

/**
 * The prefix as keys are built from it: no slash at either end.
 *
 * @throws {Failure} `invalid_input` where it is empty, too long, or has an empty part, `.`, `..` or
 * a character outside `A-Za-z0-9_.=-`
 */
export function normalizePrefix(prefix: string): string {
  const normal = trimSlashes(prefix.trim())
  if (normal === '') throw refuse('it is empty')
  if (normal.length > prefixLengthMax) throw refuse(`it has ${normal.length} characters`)
  for (const part of normal.split('/')) {
    if (part === '' || part === '.' || part === '..') {
      throw refuse('it has an empty part, "." or ".."')
    }
    if (!/^[A-Za-z0-9_.=-]+$/.test(part)) throw refuse('it has an unusual character')
  }
  return normal
}

function trimSlashes(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && text[start] === '/') start += 1
  while (end > start && text[end - 1] === '/') end -= 1
  return text.slice(start, end)
}

function refuse(what: string): Failure {
  return new Failure({
    code: 'invalid_input',
    stage: 'inputs',
    message:
      `Cannot use the input "prefix": ${what}, expected at most ${prefixLengthMax} ` +
      'letters, digits and _ . = - in parts separated by single slashes',
    hint: 'Set "prefix" (BACKUP_PREFIX) to something like "strongroom/shop".',
  })
}
