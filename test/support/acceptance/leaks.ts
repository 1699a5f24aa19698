/** A text that must never leave, by the name under which a test reports it. */
export type Secrets = Readonly<Record<string, string>>

/**
 * Where secrets occur in a text, as "name, form": as they are, percent-encoded in both ways, escaped as in JSON, in
 * base64 alone, and in hexadecimal. Written anew here, so that a form that the product's own redaction does not know
 * is not forgotten twice.
 */
export function findLeaks(secrets: Secrets, text: string): readonly string[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    Object.entries(formsOf(secret))
      .filter(([, form]) => form !== '' && text.includes(form))
      .map(([form]) => `${name}, ${form}`),
  )
}

function formsOf(secret: string): Record<string, string> {
  const bytes = Buffer.from(secret)
  const strict = encodeURIComponent(secret).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return {
    'as it is': secret,
    'percent-encoded': encodeURIComponent(secret),
    'strictly percent-encoded': strict,
    'in JSON': JSON.stringify(secret).slice(1, -1),
    'in base64': bytes.toString('base64').replace(/=+$/, ''),
    'in base64 for URLs': bytes.toString('base64url'),
    'in hexadecimal': bytes.toString('hex'),
    'in a password file': secret.replace(/[\\:]/g, '\\$&'),
  }
}

const maskCommand = /^::add-mask::.*$/

/** The log as people see it: without the lines that the runner takes as masks. */
export function withoutMasks(stdout: string): string {
  return stdout
    .split('\n')
    .filter((line) => !maskCommand.test(line))
    .join('\n')
}

/** Texts that the runner was told to hide, and whether it was told so before it was told anything else. */
export function readMasks(stdout: string): { masks: readonly string[]; comeFirst: boolean } {
  const lines = stdout.split('\n')
  const masks = lines
    .filter((line) => maskCommand.test(line))
    .map((line) => undoEscapes(line.slice('::add-mask::'.length)))
  const comeFirst = lines.slice(0, masks.length).every((line) => maskCommand.test(line))
  return { masks, comeFirst }
}

/** As the runner undoes what `@actions/core` did to the value of a command. */
function undoEscapes(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}
