/**
 * What a command tells people, before it is Markdown or a terminal's text: the same blocks for both,
 * so that the two never say different things. Every text may be foreign (names of databases,
 * messages of servers); making it harmless is the renderer's duty, never the composer's.
 */

/** How a thing stands. */
export type Tone = 'good' | 'bad' | 'doubtful' | 'neutral'

/**
 * A piece of running text: prose, something to be read letter by letter, a judged word, or a page
 * of `docs/`.
 */
export type Span =
  | string
  | { readonly code: string }
  | { readonly tone: Tone; readonly text: string }
  | { readonly page: string }

export type Text = readonly Span[]

export interface Fact {
  readonly label: string
  readonly value: Text
}

export interface Column {
  readonly title: string
  readonly align?: 'right'
  /** Never cut: half an id is no id. */
  readonly isWhole?: true
  /** Sentences: broken over lines where the medium is narrow, never cut. */
  readonly isProse?: true
  /** Left out where the medium is too narrow, the last such column first. */
  readonly isSpare?: true
}

export interface TableBlock {
  readonly kind: 'table'
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Text[])[]
}

export interface ChartBlock {
  readonly kind: 'chart'
  readonly title: string
  readonly points: readonly { readonly label: string; readonly sizeBytes: number }[]
}

export type Block =
  | { readonly kind: 'title'; readonly tone: Tone; readonly text: Text }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: Text }
  | { readonly kind: 'notice'; readonly tone: Tone; readonly text: Text }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | TableBlock
  | ChartBlock
  /** Lines to copy into a shell or into SQL. */
  | {
      readonly kind: 'commands'
      readonly language: 'sh' | 'sql' | 'json' | 'text'
      readonly lines: readonly string[]
    }
  /** Detail that is folded where the medium can fold. */
  | { readonly kind: 'fold'; readonly title: string; readonly blocks: readonly Block[] }

export type Report = readonly Block[]

/** A fact, or nothing where there is nothing to say. */
export function fact(label: string, ...value: readonly (Span | undefined)[]): readonly Fact[] {
  const spans = value.filter((span) => span !== undefined && span !== '')
  return spans.length === 0 ? [] : [{ label, value: spans as readonly Span[] }]
}

/** Something to be read letter by letter. */
export function code(text: string): Span
export function code(text: string | undefined): Span | undefined
export function code(text: string | undefined): Span | undefined {
  return text === undefined ? undefined : { code: text }
}
