/** Colours by meaning. Each function leaves the text's visible characters alone. */
export interface Palette {
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly doubtful: (text: string) => string
}

const paint = (start: number, end: number) => (text: string) =>
  text === '' ? '' : `\u001b[${start}m${text}\u001b[${end}m`
const plain = (text: string) => text

const colours: Palette = {
  strong: paint(1, 22),
  faint: paint(2, 22),
  good: paint(32, 39),
  bad: paint(31, 39),
  doubtful: paint(33, 39),
}

/** No colour at all: files, pipes, tests. */
export const plainPalette: Palette = {
  strong: plain,
  faint: plain,
  good: plain,
  bad: plain,
  doubtful: plain,
}

/**
 * Colours for a stream: only where it is a terminal, where `NO_COLOR` is empty (https://no-color.org)
 * and where `TERM` is not "dumb".
 */
export function choosePalette(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Palette {
  const isRefused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  return stream.isTTY === true && !isRefused ? colours : plainPalette
}
