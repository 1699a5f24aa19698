/** Where a text may end, and what has to be closed there. */
interface Place {
  readonly end: number
  readonly closers: string
}

/**
 * Markdown of ours, cut at the end of a line so that it and a note fit. What the cut leaves open (a
 * code block, folds) is closed, so that the note and what comes after it are read as meant.
 *
 * @returns the Markdown as it is where it fits; empty where not even the note does
 */
export function cutDetails(markdown: string, charactersMax: number, note: string): string {
  if (markdown.length <= charactersMax) return markdown
  const ending = `\n\n${note}`
  let best: Place | undefined
  for (const place of listPlaces(markdown)) {
    if (place.end > charactersMax) break
    if (place.end + place.closers.length + ending.length <= charactersMax) best = place
  }
  if (best !== undefined) return `${markdown.slice(0, best.end)}${best.closers}${ending}`
  return note.length <= charactersMax ? note : ''
}

/** The end of each line. */
function* listPlaces(markdown: string): Generator<Place> {
  let end = -1
  let fence = ''
  let folds = 0
  for (const line of markdown.split('\n')) {
    end += line.length + 1
    const [mark = ''] = /^`{3,}/.exec(line) ?? []
    if (fence === '') {
      fence = mark
      folds += line.split('<details>').length - line.split('</details>').length
    } else if (line === mark && mark.length >= fence.length) fence = ''
    const closeFence = fence === '' ? '' : `\n${fence}`
    yield { end, closers: `${closeFence}${'\n\n</details>'.repeat(Math.max(0, folds))}` }
  }
}
