/** Runs SQL in one database. */
type RunSql = (sql: string) => Promise<unknown>

/** Dump bytes that the rows below make, measured once: what `gib` is divided by. */
const dumpBytesPerUnit = 11_000_000

/**
 * Fills a database with rows of the kinds that compress differently: pgbench's accounts, JSON events with UUIDs,
 * English-like articles, numerics. Deterministic.
 *
 * @param gib size of the plain dump
 */
export async function fillDatabase(run: RunSql, gib: number): Promise<void> {
  const units = Math.max(1, Math.round((gib * 1024 ** 3) / dumpBytesPerUnit))
  await run(`
    CREATE TABLE pgbench_accounts (aid int, bid int, abalance int, filler char(84));
    CREATE TABLE events (id bigint, at timestamptz, payload jsonb);
    CREATE TABLE articles (id int, title text, body text);
    CREATE TABLE orders (id uuid, customer int, amount numeric(12,2), tax numeric(12,4), note text);
    SELECT setseed(0.42);`)
  await run(`
    INSERT INTO pgbench_accounts
      SELECT n, n / 100000 + 1, (hashint4(n) % 5000), '' FROM generate_series(1, ${units * 40_000}) n;
    INSERT INTO events
      SELECT n, timestamptz '2026-01-01' + n * interval '7 seconds', jsonb_build_object(
        'id', md5(n::text)::uuid, 'user', abs(hashint4(n)) % 50000, 'kind',
        (ARRAY['click','view','purchase','refund','login','logout'])[1 + abs(hashint4(n * 3)) % 6],
        'path', '/shop/' || (abs(hashint4(n * 7)) % 900) || '/item/' || (abs(hashint4(n * 11)) % 9000),
        'ms', abs(hashint4(n * 13)) % 3000, 'ok', n % 9 <> 0)
      FROM generate_series(1, ${units * 16_000}) n;
    INSERT INTO articles
      SELECT n, 'Article ' || n, (
        SELECT string_agg((ARRAY['the','of','database','backup','when','which','restore','every','night',
          'people','system','before','manifest','with','and','record','a','checksum','is','written','stream',
          'to','bucket','nothing','lost','until','reader','follows','order','customer','invoice','late',
          'because','shipping','between','window','value','again','large','small','server','connection'
          ])[1 + abs(hashint8(n::bigint * 1000 + w)) % 42], ' ')
        FROM generate_series(1, 120 + n % 80) w)
      FROM generate_series(1, ${units * 2_600}) n;
    INSERT INTO orders
      SELECT md5('o' || n)::uuid, abs(hashint4(n)) % 70000, (abs(hashint4(n * 5)) % 1000000) / 100.0,
        (abs(hashint4(n * 17)) % 100000000) / 10000.0, CASE WHEN n % 5 = 0 THEN 'call before delivery' END
      FROM generate_series(1, ${units * 24_000}) n;`)
  await run(`
    ALTER TABLE pgbench_accounts ADD PRIMARY KEY (aid);
    ALTER TABLE events ADD PRIMARY KEY (id);
    ALTER TABLE articles ADD PRIMARY KEY (id);
    ALTER TABLE orders ADD PRIMARY KEY (id);
    ANALYZE;`)
}
