import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml'
import type { PolicyPath, YamlReading } from '../domain/parse-policy.ts'

/**
 * YAML of a policy file as plain data. Anchors, aliases and tags are refused: a policy needs none, and
 * without them a small file cannot grow into a large one. Keys that are no words are refused too: one line
 * of them, each within the next, keeps the conversion busy for a minute.
 */
export function readYaml(text: string): YamlReading {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    schema: 'core',
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
  })
  const lineAt = (offset: number | undefined) =>
    offset === undefined ? undefined : lines.linePos(offset).line
  const [fault] = [...document.errors, ...document.warnings]
  if (fault !== undefined) {
    return { kind: 'problem', line: lineAt(fault.pos[0]), problem: 'it is not YAML, expected YAML' }
  }
  const extra = findExtra(document)
  if (extra !== undefined) {
    return { kind: 'problem', line: lineAt(extra.offset), problem: extra.problem }
  }
  return {
    kind: 'read',
    value: document.toJS({ maxAliasCount: 0 }),
    lineOf: (path) => lineAt(findOffset(document.contents, path)),
  }
}

/** The first part of a document that a policy has no use for, and where it begins. */
function findExtra(
  document: Document.Parsed,
): { readonly offset: number; readonly problem: string } | undefined {
  let extra: ReturnType<typeof findExtra>
  visit(document, {
    Pair(_key, { key }) {
      if (isScalar(key) || isAlias(key)) return undefined
      const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0
      extra = { offset, problem: 'it has a key that is no word, expected words as keys' }
      return visit.BREAK
    },
    Node(_key, node) {
      const isPlain = !isAlias(node) && node.tag === undefined && !('anchor' in node && node.anchor)
      if (isPlain) return undefined
      extra = {
        offset: node.range?.[0] ?? 0,
        problem: 'it has an anchor, an alias or a tag, expected plain values',
      }
      return visit.BREAK
    },
  })
  return extra
}

/** Where a key or an item begins; the nearest one above it that is there. */
function findOffset(root: unknown, path: PolicyPath): number | undefined {
  let node = root
  let offset = isNode(root) ? root.range?.[0] : undefined
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
      if (pair === undefined) return offset
      offset = (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(part)]
      offset = (isNode(node) ? node.range?.[0] : undefined) ?? offset
    } else {
      return offset
    }
  }
  return offset
}
