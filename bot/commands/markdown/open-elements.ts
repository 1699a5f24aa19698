/**
 * Elements that set their content apart from a comment's own text: quoted, folded, struck out, tabled, turned around
 * (`bdo`), not shown by any browser of today (`rp`, what stands in for a picture or a film), or filtered by GitHub.
 */
const setApart = new Set(
  (
    'a audio bdo blockquote canvas code del details dl h1 h2 h3 h4 h5 h6 iframe kbd math noembed noframes noscript ' +
    'object ol plaintext pre q rp ruby s samp script select strike style summary svg table template textarea title ' +
    'tt ul var video xmp'
  ).split(' '),
)

/** How many of each element are open. Nesting does not matter: all of them must be closed. */
export type OpenElements = Map<string, number>

/** Counts one tag, "<details open>" or "</details>"; others than those that set apart are passed over. */
export function countTag(elements: OpenElements, tag: string): void {
  const [, slash, name = ''] = /^<(\/?)([A-Za-z][A-Za-z0-9]*)(?=[\s/>]|$)/.exec(tag) ?? []
  const element = name.toLowerCase()
  if (!setApart.has(element)) return
  const open = (elements.get(element) ?? 0) + (slash === '/' ? -1 : 1)
  if (open > 0) elements.set(element, open)
  else elements.delete(element)
}

/** Counts every tag of raw HTML, those in its comments left out. */
export function countTags(elements: OpenElements, html: string): void {
  const withoutComments = html.replace(/<!--[\s\S]*?(?:-->|$)/g, '')
  for (const [tag] of withoutComments.matchAll(/<\/?[A-Za-z][A-Za-z0-9]*(?=[\s/>]|$)/g))
    countTag(elements, tag)
}
