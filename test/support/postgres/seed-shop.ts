/** Runs SQL, which may hold several statements, on the database to be filled. */
export type RunSql = (sql: string) => Promise<unknown>

export interface ShopSize {
  /** Everything else follows from it: about 590 bytes of plain dump an order. @default 2000 */
  readonly orders?: number
}

/** How many rows each table has for a number of orders. */
export function shopRows(orders: number): Record<string, number> {
  return {
    'public.customers': Math.ceil(orders / 5),
    'public.products': 200,
    'public.orders': orders,
    'public.order_items': orders * 3,
    'public.events': orders * 2,
  }
}

/**
 * Fills an empty database with a shop: customers, products, orders, their items and a log of
 * events, as UUID, text, JSON, numeric, timestamp and array columns, with sequences, foreign keys
 * and indexes. The same size always gives the same rows; nothing in it is random or of today.
 */
export async function seedShop(runSql: RunSql, size: ShopSize = {}): Promise<void> {
  const orders = size.orders ?? 2000
  const rows = shopRows(orders)
  await runSql(SCHEMA)
  await runSql(customers(rows['public.customers'] ?? 0))
  await runSql(PRODUCTS)
  await runSql(ordersOf(orders, rows['public.customers'] ?? 1))
  await runSql(ITEMS)
  await runSql(events(rows['public.events'] ?? 0, orders))
  await runSql(INDEXES)
}

const SCHEMA = `
  CREATE TYPE public.order_status AS ENUM ('placed', 'paid', 'shipped', 'returned');
  CREATE TABLE public.customers (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    country char(2) NOT NULL,
    tags text[] NOT NULL DEFAULT '{}',
    profile jsonb NOT NULL,
    created_at timestamptz NOT NULL
  );
  CREATE TABLE public.products (
    id serial PRIMARY KEY,
    sku text NOT NULL UNIQUE,
    title text NOT NULL,
    description text NOT NULL,
    price numeric(10, 2) NOT NULL CHECK (price >= 0)
  );
  CREATE TABLE public.orders (
    id bigserial PRIMARY KEY,
    customer_id uuid NOT NULL,
    status public.order_status NOT NULL,
    note text,
    placed_at timestamptz NOT NULL
  );
  CREATE TABLE public.order_items (
    order_id bigint NOT NULL,
    line int NOT NULL,
    product_id int NOT NULL,
    quantity int NOT NULL CHECK (quantity > 0),
    price numeric(10, 2) NOT NULL,
    PRIMARY KEY (order_id, line)
  );
  CREATE TABLE public.events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL
  );`

/** A number in 0..999999 that depends on nothing but its arguments. */
const mixed = (column: string, salt: string) =>
  `(('x' || substr(md5(${column}::text || '${salt}'), 1, 8))::bit(32)::bigint % 1000000)`

function customers(count: number): string {
  return `
  INSERT INTO public.customers
  SELECT md5('customer' || g)::uuid,
         'customer' || g || '@example.com',
         (ARRAY['Ada','Grace','Zoë','José','Łukasz','Mei','Søren','Ngọc'])[1 + g % 8] || ' ' ||
           (ARRAY['Lovelace','Hopper','O''Brien','Müller','Nowak','Chen'])[1 + g % 6],
         (ARRAY['DE','FR','US','JP','BR','PL'])[1 + g % 6],
         CASE WHEN g % 4 = 0 THEN ARRAY['vip','newsletter'] ELSE '{}' END,
         jsonb_build_object('age', 18 + g % 60, 'score', round(${mixed('g', 'score')} / 1000.0, 3),
                            'address', jsonb_build_object('street', 'Main ' || g, 'zip', lpad(${mixed('g', 'zip')}::text, 6, '0'))),
         timestamptz '2024-01-01 00:00:00+00' + g * interval '7 minutes'
    FROM generate_series(1, ${count}) g;`
}

const PRODUCTS = `
  INSERT INTO public.products (sku, title, description, price)
  SELECT 'SKU-' || lpad(g::text, 5, '0'),
         (ARRAY['Red','Blue','Small','Large'])[1 + g % 4] || ' ' || (ARRAY['Lamp','Chair','Mug'])[1 + g % 3],
         repeat('A fine thing for the house. ', 1 + g % 9),
         round(${mixed('g', 'price')} / 100.0, 2)
    FROM generate_series(1, 200) g;`

function ordersOf(count: number, customerCount: number): string {
  return `
  INSERT INTO public.orders (customer_id, status, note, placed_at)
  SELECT md5('customer' || (1 + ${mixed('g', 'who')} % ${customerCount}))::uuid,
         (ARRAY['placed','paid','shipped','returned']::public.order_status[])[1 + g % 4],
         CASE WHEN g % 7 = 0 THEN E'Leave it\\tat the door\\nand ring \\\\twice' END,
         timestamptz '2025-01-01 00:00:00+00' + g * interval '90 seconds'
    FROM generate_series(1, ${count}) g;`
}

const ITEMS = `
  INSERT INTO public.order_items
  SELECT o.id, line, p.id, 1 + (o.id + line) % 5, p.price
    FROM public.orders o
    CROSS JOIN generate_series(1, 3) line
    JOIN public.products p ON p.id = 1 + ${mixed("(o.id || '-' || line)", 'product')} % 200;`

function events(count: number, orders: number): string {
  return `
  INSERT INTO public.events (at, kind, payload)
  SELECT timestamptz '2025-01-01 00:00:00+00' + g * interval '45 seconds',
         (ARRAY['view','cart','checkout','login'])[1 + g % 4],
         jsonb_build_object('order', 1 + g % ${Math.max(orders, 1)}, 'session', md5('session' || g / 10),
                            'agent', 'Mozilla/5.0 (X11; Linux x86_64) Strongroom/' || g % 13,
                            'ms', ${mixed('g', 'ms')}, 'ok', g % 11 <> 0, 'ip', '10.' || g % 256 || '.0.1')
    FROM generate_series(1, ${count}) g;`
}

const INDEXES = `
  ALTER TABLE public.orders ADD FOREIGN KEY (customer_id) REFERENCES public.customers;
  ALTER TABLE public.order_items ADD FOREIGN KEY (order_id) REFERENCES public.orders;
  ALTER TABLE public.order_items ADD FOREIGN KEY (product_id) REFERENCES public.products;
  CREATE INDEX ON public.orders (customer_id);
  CREATE INDEX ON public.orders (placed_at);
  CREATE INDEX ON public.events USING gin (payload jsonb_path_ops);
  CREATE VIEW public.revenue AS
    SELECT date_trunc('month', o.placed_at AT TIME ZONE 'UTC') AS month, sum(i.quantity * i.price) AS total
      FROM public.orders o JOIN public.order_items i ON i.order_id = o.id GROUP BY 1;`
