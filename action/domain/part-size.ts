const mebibyte = 1024 * 1024
const partSizeMin = 16 * mebibyte
/** Of S3 and of R2: 5 GiB. */
const partSizeMax = 5 * 1024 * mebibyte
/** Below the 10,000 parts that S3 allows, so that a quarter more than expected still fits. */
const partsPlanned = 8_000

/**
 * The size in bytes of every part but the last of a multipart upload.
 *
 * All parts must be equal on R2, so the size cannot grow once the upload runs: it is chosen from
 * what `pg_database_size()` says, which the compressed dump stays below.
 *
 * @param expectedBytes an estimate; anything that is not a positive number counts as 0
 */
export function choosePartSize(expectedBytes: number): number {
  const expected = expectedBytes > 0 ? expectedBytes : 0
  const mebibytes = Math.ceil(expected / partsPlanned / mebibyte)
  return Math.min(partSizeMax, Math.max(partSizeMin, mebibytes * mebibyte))
}
