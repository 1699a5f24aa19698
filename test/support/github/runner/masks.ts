/** Words of a job that its log must not show, as the runner hides them. */
export interface Masks {
  add(value: string): void
  /** The text with every secret as `***`. */
  hide(text: string): string
}

/** The forms of a value that GitHub's runner hides beside the value itself. */
function formsOf(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1)
  return [value, json, encodeURIComponent(value), Buffer.from(value).toString('base64')]
}

export function createMasks(): Masks {
  const hidden = new Set<string>()
  return {
    add(value) {
      // Each line of a secret is one.
      for (const line of [value, ...value.split(/\r?\n/)]) {
        if (line.trim() !== '') for (const form of formsOf(line)) hidden.add(form)
      }
    },
    hide(text) {
      const longestFirst = [...hidden].toSorted((a, b) => b.length - a.length)
      return longestFirst.reduce((shown, word) => shown.replaceAll(word, '***'), text)
    },
  }
}

/** Adds what a step asks to hide by `::add-mask::`, and gives its log as GitHub shows it. */
export function maskLog(log: string, masks: Masks): string {
  const command = /^::add-mask::(.*)$/gm
  for (const [, value = ''] of log.matchAll(command)) masks.add(readData(value))
  return masks.hide(log.replaceAll(command, ''))
}

/** Data of a workflow command, unescaped. */
function readData(data: string): string {
  return data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}
