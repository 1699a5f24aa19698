import { parseDocument, YAMLMap } from 'yaml'

/** One entry of `action.yml`, and the comment that opens its group where it is the first. */
export interface Declared {
  readonly name: string
  readonly description: string
  readonly group?: string
}

/** The inputs or outputs of `action.yml`, in its order. */
export function readDeclared(
  actionYml: string,
  section: 'inputs' | 'outputs',
): readonly Declared[] {
  const map = parseDocument(actionYml).get(section)
  if (!(map instanceof YAMLMap)) throw new Error(`Cannot read action.yml: it has no ${section}`)
  return map.items.map(({ key, value }, place) => {
    const comment = place === 0 ? map.commentBefore : commentOf(key)
    return {
      name: String(key),
      description: value instanceof YAMLMap ? String(value.get('description')).trim() : '',
      ...(comment && { group: comment.trim().split('\n').at(-1)?.trim() ?? '' }),
    }
  })
}

function commentOf(key: unknown): string | undefined {
  if (typeof key !== 'object' || key === null || !('commentBefore' in key)) return undefined
  return typeof key.commentBefore === 'string' ? key.commentBefore : undefined
}

/** The inputs below the titles that the comments of `action.yml` give them. */
export function groupInputs(inputs: readonly Declared[]) {
  const groups: { readonly title: string; readonly members: Declared[] }[] = []
  for (const input of inputs) {
    const isFirst = groups.length === 0
    // The comment above the first input is about all of them.
    if (isFirst || input.group !== undefined) {
      const title = isFirst ? 'What to do' : (input.group ?? '')
      groups.push({ title: title.charAt(0).toUpperCase() + title.slice(1), members: [] })
    }
    groups.at(-1)?.members.push(input)
  }
  return groups
}

/** A description without the sentence about its variable, which is shown in a place of its own. */
export function withoutVariable(description: string): string {
  return description.replace(
    / Empty: `[A-Z0-9_]+` of the environment(?:, else ([^.]*))?\./,
    (_, fallback) => (fallback === undefined ? '' : ` Without either: ${fallback}.`),
  )
}
