/** XML that is already escaped. */
export type Xml = { readonly xml: string }

type Child = Xml | string | number | boolean | readonly Child[] | undefined

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'

function escapeXml(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: keys may hold control characters, and a bare carriage return would be read back as a line feed
      .replaceAll(/[\u0000-\u0008\u000b-\u001f]/g, (one) => `&#x${one.charCodeAt(0).toString(16)};`)
  )
}

function render(child: Child): string {
  if (child === undefined) return ''
  if (Array.isArray(child)) return child.map(render).join('')
  if (typeof child === 'object' && 'xml' in child) return child.xml
  return escapeXml(String(child))
}

/** One element; an `undefined` child is left out, a string child is escaped. */
export function element(name: string, ...children: readonly Child[]): Xml {
  return { xml: `<${name}>${children.map(render).join('')}</${name}>` }
}

/** A whole answer document in S3's namespace. */
export function document(name: string, ...children: readonly Child[]): string {
  const body = children.map(render).join('')
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${NAMESPACE}">${body}</${name}>`
}

/** An error document, which has no namespace. */
export function errorDocument(fields: Readonly<Record<string, string>>): string {
  const body = Object.entries(fields).map(([name, value]) => render(element(name, value)))
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${body.join('')}</Error>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

function unescapeXml(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]+)|#([0-9]+)|([a-z]+));/gi, (all, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal) return String.fromCodePoint(Number.parseInt(decimal, 10))
    return ENTITIES[name as string] ?? all
  })
}

/** The inner XML of every element with that name, in order; elements of one name do not nest. */
export function innerElements(xml: string, name: string): string[] {
  const pattern = new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g')
  return [...xml.matchAll(pattern)].map((match) => match[1] ?? '')
}

/** The text of the first element with that name. */
export function textOf(xml: string, name: string): string | undefined {
  const inner = innerElements(xml, name)[0]
  return inner === undefined ? undefined : unescapeXml(inner.trim())
}
