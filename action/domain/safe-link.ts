/** An address that can stand in any medium's link; nothing for anything else. */
export function safeLink(url: string | undefined): string | undefined {
  return url !== undefined && /^https?:\/\/[\w.:[\]-]+(?:\/[\w.~!$&()+,;=:@%/#-]*)?$/.test(url)
    ? url
    : undefined
}
