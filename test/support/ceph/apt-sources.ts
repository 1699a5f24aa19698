/** One line, or one stanza, of apt's configuration. */
export interface AptSource {
  readonly uri: string
  readonly suites: readonly string[]
  readonly components: readonly string[]
  /** Path of the keyring; absent where apt's own keys count, or where the key stands in the file. */
  readonly signedBy?: string
  readonly isTrusted: boolean
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '')
}

function keyOptions(signedBy: string | undefined, trusted: string | undefined) {
  const path = words(signedBy)[0]
  return {
    ...(path?.startsWith('/') ? { signedBy: path } : {}),
    isTrusted: trusted?.trim() === 'yes',
  }
}

function parseStanza(stanza: string): AptSource[] {
  const lines = stanza.split('\n').filter((line) => !line.startsWith('#'))
  const unfolded = lines.join('\n').replaceAll(/\n[ \t]+/g, ' ')
  const fields = new Map<string, string>()
  for (const line of unfolded.split('\n')) {
    const at = line.indexOf(':')
    if (at > 0) fields.set(line.slice(0, at).toLowerCase(), line.slice(at + 1))
  }
  if (fields.get('enabled')?.trim() === 'no') return []
  if (!words(fields.get('types')).includes('deb')) return []
  return words(fields.get('uris')).map((uri) => ({
    uri,
    suites: words(fields.get('suites')),
    components: words(fields.get('components')),
    ...keyOptions(fields.get('signed-by'), fields.get('trusted')),
  }))
}

function parseLine(line: string): AptSource[] {
  const match = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(line.split('#')[0] ?? '')
  const [, optionText, uri, suite, components] = match ?? []
  if (uri === undefined || suite === undefined) return []
  const options = new Map(
    words(optionText).map((option): [string, string] => {
      const at = option.indexOf('=')
      return [option.slice(0, at), option.slice(at + 1)]
    }),
  )
  return [
    {
      uri,
      suites: [suite],
      components: words(components),
      ...keyOptions(options.get('signed-by'), options.get('trusted')),
    },
  ]
}

/**
 * Reads the packages' sources of an apt file: stanzas (deb822) in `*.sources`, lines in `*.list`.
 *
 * Source: sources.list(5).
 */
export function parseAptSources(text: string, form: 'stanzas' | 'lines'): AptSource[] {
  if (form === 'lines') return text.split('\n').flatMap((line) => parseLine(line.trim()))
  return text.split(/\n[ \t]*\n/).flatMap(parseStanza)
}

/**
 * The source from which the distribution itself comes: the one that has its code name as a suite
 * with the component `main`, and, where third parties use that name too, its updates as well.
 */
export function distributionSource(
  sources: readonly AptSource[],
  codename: string,
): AptSource | undefined {
  const own = sources.filter(
    ({ suites, components }) => suites.includes(codename) && components.includes('main'),
  )
  const hasUpdates = ({ uri }: AptSource) =>
    sources.some((one) => one.uri === uri && one.suites.includes(`${codename}-updates`))
  return own.find(hasUpdates) ?? own[0]
}

/** The line that asks the same archive for another release. */
export function sourceLine(
  source: AptSource,
  release: string,
  components: readonly string[],
): string {
  const options = [
    source.signedBy === undefined ? undefined : `signed-by=${source.signedBy}`,
    source.isTrusted ? 'trusted=yes' : undefined,
  ].filter((option) => option !== undefined)
  const bracket = options.length > 0 ? `[${options.join(' ')}] ` : ''
  return `deb ${bracket}${source.uri} ${release} ${components.join(' ')}`
}
