import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import type { PolicyPath, YamlReading } from '../../action/domain/parse-policy.ts'

/**
 * YAML of a policy file as plain data. Anchors, aliases and tags are refused: a policy needs none, and
 * without them a small file cannot grow into a large one.
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
  let extra: number | undefined
  visit(document, {
    Node(_key, node) {
      const isAlias = 'source' in node && !('value' in node)
      const isPlain = !isAlias && node.tag === undefined && !('anchor' in node && node.anchor)
      if (isPlain) return undefined
      extra = node.range?.[0] ?? 0
      return visit.BREAK
    },
  })
  if (extra !== undefined) {
    return {
      kind: 'problem',
      line: lineAt(extra),
      problem: 'it has an anchor, an alias or a tag, expected plain values',
    }
  }
  return {
    kind: 'read',
    value: document.toJS({ maxAliasCount: 0 }),
    lineOf: (path) => lineAt(findOffset(document.contents, path)),
  }
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
