import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

const flag = { type: 'boolean' } as const
const text = { type: 'string' } as const
const texts = { type: 'string', multiple: true } as const

/** What `gh secret` and `gh variable` hand down to every command below them. */
const inherited = { help: flag, repo: { ...text, short: 'R' } } as const

/**
 * The flags that a command of gh accepts, as `gh <command> --help` lists them in version 2.46. Later ones know more, which
 * whoever has an older gh could not use.
 *
 * @see https://cli.github.com/manual/gh_api, gh_secret_set, gh_variable_set
 */
const flags = {
  api: {
    help: flag,
    cache: text,
    field: { ...texts, short: 'F' },
    header: { ...texts, short: 'H' },
    hostname: text,
    include: { ...flag, short: 'i' },
    input: text,
    jq: { ...text, short: 'q' },
    method: { ...text, short: 'X' },
    paginate: flag,
    preview: { ...texts, short: 'p' },
    'raw-field': { ...texts, short: 'f' },
    silent: flag,
    template: { ...text, short: 't' },
  },
  'secret set': {
    ...inherited,
    app: { ...text, short: 'a' },
    body: { ...text, short: 'b' },
    env: { ...text, short: 'e' },
    'env-file': { ...text, short: 'f' },
    'no-store': flag,
    org: { ...text, short: 'o' },
    repos: { ...texts, short: 'r' },
    user: { ...flag, short: 'u' },
    visibility: { ...text, short: 'v' },
  },
  'variable set': {
    ...inherited,
    body: { ...text, short: 'b' },
    env: { ...text, short: 'e' },
    'env-file': { ...text, short: 'f' },
    org: { ...text, short: 'o' },
    repos: { ...texts, short: 'r' },
    visibility: { ...text, short: 'v' },
  },
} as const satisfies Record<string, ParseArgsOptionsConfig>

/** One call of gh, taken apart. */
export interface GhCall {
  readonly command: keyof typeof flags
  /** The endpoint, or the name of the secret or the variable. */
  readonly subject: string
  /** The values of each flag that was given, by its long name; of one without a value `true`. */
  readonly given: Readonly<Record<string, readonly (string | boolean)[]>>
}

/**
 * A call of gh as gh itself would read it.
 *
 * @throws Error for a command or a flag that gh does not know, and for more or fewer words than it takes
 */
export function readCall(words: readonly string[]): GhCall {
  const command = isCommand(words[0]) ? words[0] : words.slice(0, 2).join(' ')
  if (!isCommand(command)) throw new Error(`unknown command "${command}" for "gh"`)
  const options: ParseArgsOptionsConfig = flags[command]
  const args = words.slice(command.split(' ').length)
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const [subject, ...more] = positionals
  if (subject === undefined || more.length > 0) {
    throw new Error(`gh ${command} takes 1 argument, received ${positionals.length}`)
  }
  const given = Object.fromEntries(
    Object.entries(values).map(([name, value = []]) => [name, [value].flat()]),
  )
  return { command, subject, given }
}

function isCommand(word: string | undefined): word is GhCall['command'] {
  return word !== undefined && Object.hasOwn(flags, word)
}
