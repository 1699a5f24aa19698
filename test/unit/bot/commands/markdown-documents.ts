import fc from 'fast-check'

/** Pieces of plain CommonMark: what ours and the reference must read alike in every case. */
const commonPieces = (
  '␣|␣␣␣|␣␣␣␣|→|>␣|>|-␣|-|*␣|+␣|1.␣|2.␣|10)␣|#␣|##␣|===|---|***|```|~~~|````|``|`|```␣js|text|word␣|é|<!--|-->|' +
  '<!--␣x␣-->|<div>|</div>|<x>|<x␣y="|">|<?|?>|<![CDATA[|]]>|<!A|<b|"|(|)|\\|\\\\|\\`|&#47;|' +
  '&amp;|*|**|_|__|!|<br>|<http://x>|<a@b.example>|/|/etc/x'
).split('|')

/** Pieces that make links, or that GitHub and versions of CommonMark read differently. */
const divergentPieces = [
  ...'[·]·![·](·](u·[r]: /u·[r]:·[r]·[r]: <·[^1]: ·|·|-|·a|b·-|-·:-·~·~~·$$·$`·<details>·</details>'.split(
    '·',
  ),
  ..."<s>·</s>·<script>·</script>·<pre>·</pre>·<textarea>·<source>·<!-->·<!--->·<!a·http://x/·www.x/·\u00a0·'·<a href='".split(
    '·',
  ),
]

const ends = ['\n', '\n', '\n', '\n', '\r\n', '\r', '\n\n', '', '', ' ', '  \n', '\\\n']

const before = [
  '',
  '',
  '',
  '',
  '  ',
  '   ',
  '    ',
  '\t',
  '> ',
  '- ',
  '`',
  '*',
  '\\',
  '&#47;',
  '\n',
]
const after = ['', '', '', '', ' `', '`', ' <!--', ' -->', ' x', '  ', ' \\', ' "']

function show(piece: string): string {
  return piece.replaceAll('␣', ' ').replaceAll('→', '\t')
}

/** Hostile documents with commands `/status N` in them, N from 1000 on, none twice. */
function documents(pieces: readonly string[], tails: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.tuple(fc.constantFrom(...pieces.map(show)), fc.constantFrom(...ends))
  const command = fc.tuple(fc.constantFrom(...before), fc.constantFrom(...tails))
  return fc
    .array(
      fc.oneof(
        {
          weight: 3,
          arbitrary: piece.map(
            ([text, end]) =>
              () =>
                text + end,
          ),
        },
        {
          weight: 1,
          arbitrary: command.map(
            ([head, tail]) =>
              (page: number) =>
                `${head}/status ${page}${tail}\n`,
          ),
        },
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.map((write, place) => write(1000 + place)).join(''))
}

/** Documents without links and without what GitHub reads differently. */
export const commonDocuments = documents(['', ...commonPieces], after)

/** Documents with everything. */
export const hostileDocuments = documents(
  ['', ...commonPieces, ...divergentPieces],
  [...after, ' ](', ' ]', ' ~~', ' |'],
)
