const contents = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes']

/** How often each reaction was given, as issues and comments say it. */
export function presentReactions(url: string, given: readonly { readonly content: string }[]) {
  const counts = contents.map((content) => [
    content,
    given.filter((reaction) => reaction.content === content).length,
  ])
  return { url: `${url}/reactions`, total_count: given.length, ...Object.fromEntries(counts) }
}
