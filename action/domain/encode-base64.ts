const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Base64 with padding, as RFC 4648 section 4 has it. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(start, start + 3)
    const group = (first << 16) | (second << 8) | third
    for (let place = 0; place < 4; place += 1) {
      const isPadding = start + place > bytes.length
      text += isPadding ? '=' : alphabet.charAt((group >> (18 - 6 * place)) & 63)
    }
  }
  return text
}
