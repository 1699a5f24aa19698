import { describeInput, isInputKey } from '../action/domain/input-keys.ts'
import { type Declared, groupInputs, readDeclared, withoutVariable } from './declared-inputs.ts'

const opening = '<!-- inputs: written by scripts/generate-docs.ts -->'
const closing = '<!-- /inputs -->'

/** Longest explanation of one input; configuration.md has the whole. */
const wordsCharactersMax = 110

/**
 * The README with every input in one YAML block between its two markers, folded.
 *
 * @param actionYml text of `action.yml`, whose comments name the groups
 */
export function fillReadme(readme: string, actionYml: string): string {
  const [before, , after] = splitReadme(readme)
  const block = [
    opening,
    '<details><summary>All inputs in one block</summary>',
    '',
    '```yaml',
    'with: # each with its default; a name in capitals is the variable that is read where the input is empty',
    ...groupInputs(readDeclared(actionYml, 'inputs')).flatMap(({ title, members }) => [
      '',
      `  # ${title}`,
      ...members.map(inputLine),
    ]),
    '```',
    '',
    '</details>',
    closing,
  ]
  return `${before}${block.join('\n')}${after}`
}

/** What stands before the block, the block, and what stands behind it. */
export function splitReadme(readme: string): readonly [string, string, string] {
  const start = readme.indexOf(opening)
  const end = readme.indexOf(closing, start)
  if (start < 0 || end < 0) {
    throw new Error(`Cannot fill the README: a marker is missing, expected ${opening} … ${closing}`)
  }
  const after = end + closing.length
  return [readme.slice(0, start), readme.slice(start, after), readme.slice(after)]
}

function inputLine({ name, description }: Declared): string {
  if (!isInputKey(name)) throw new Error(`Cannot describe input "${name}": it is not known`)
  const { env, default: fallback, secret } = describeInput(name)
  const value = fallback === '' ? "''" : fallback
  const marks = [env ?? [], secret === true ? 'a secret' : []].flat()
  const note = marks.length === 0 ? '' : `${marks.join(', ')}: `
  return `  ${name}: ${value} # ${note}${inFewWords(description)}`
}

/** The first sentence, or as much of it as fits. */
function inFewWords(description: string): string {
  const plain = withoutVariable(description).replaceAll('`', '').replace(/\s+/g, ' ')
  const [sentence = ''] = plain.split(/\.(?:\s|$)|;/)
  if (sentence.length <= wordsCharactersMax) return sentence
  return `${sentence.slice(0, sentence.lastIndexOf(' ', wordsCharactersMax)).replace(/[,:]$/, '')} …`
}
