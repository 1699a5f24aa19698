const dollars = '$$'

/** What pg_dump 15.18 wrote of a small database with awkward names, bodies and a large object. */
export const dumpText = String.raw`--
-- PostgreSQL database dump
--

\restrict zeI7FWBc1BOD

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: S.x; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA "S.x";


ALTER SCHEMA "S.x" OWNER TO postgres;

--
-- Name: f(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.f() RETURNS text
    LANGUAGE sql
    AS ${dollars} select '
COPY x FROM stdin;
1
\.
' ${dollars};


ALTER FUNCTION public.f() OWNER TO postgres;

--
-- Name: g(integer); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.g(a integer) RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT 1;
 SELECT 2;
END;


ALTER FUNCTION public.g(a integer) OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: t;'${dollars}; Type: TABLE; Schema: S.x; Owner: postgres
--

CREATE TABLE "S.x"."t;'${dollars}" (
    a text
);


ALTER TABLE "S.x"."t;'${dollars}" OWNER TO postgres;

--
-- Name: My "Table; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public."My ""Table" (
    a integer,
    b text
);


ALTER TABLE public."My ""Table" OWNER TO postgres;

--
-- Name: empty_one; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.empty_one (
    a integer
);


ALTER TABLE public.empty_one OWNER TO postgres;

--
-- Name: TABLE empty_one; Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON TABLE public.empty_one IS 'it''s \ 
\! id
COPY x FROM stdin;
';


--
-- Name: p; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.p (
    a integer
)
PARTITION BY LIST (a);


ALTER TABLE public.p OWNER TO postgres;

--
-- Name: p1; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.p1 (
    a integer
);


ALTER TABLE public.p1 OWNER TO postgres;

--
-- Name: p1; Type: TABLE ATTACH; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.p ATTACH PARTITION public.p1 FOR VALUES IN (1);


--
-- Name: 16400; Type: BLOB; Schema: -; Owner: postgres
--

SELECT pg_catalog.lo_create('16400');


ALTER LARGE OBJECT 16400 OWNER TO postgres;

--
-- Data for Name: t;'${dollars}; Type: TABLE DATA; Schema: S.x; Owner: postgres
--

COPY "S.x"."t;'${dollars}" (a) FROM stdin;
z
\.


--
-- Data for Name: My "Table; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public."My ""Table" (a, b) FROM stdin;
1	x\\.\nq
2	\\.
3	\N
\.


--
-- Data for Name: empty_one; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.empty_one (a) FROM stdin;
\.


--
-- Data for Name: p1; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.p1 (a) FROM stdin;
1
1
\.


--
-- Data for Name: BLOBS; Type: BLOBS; Schema: -; Owner: -
--

BEGIN;

SELECT pg_catalog.lo_open('16400', 131072);
SELECT pg_catalog.lowrite(0, '\xdeadbeef');
SELECT pg_catalog.lo_close(0);

COMMIT;

--
-- PostgreSQL database dump complete
--

\unrestrict zeI7FWBc1BOD

`
