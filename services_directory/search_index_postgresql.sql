-- Statements stand between blank lines. search_index.py fills in MARKED and PLAIN: letters with
-- marks and punctuation, and what stands for each.

-- PostgreSQL's own English leaves out words such as "self" and "her"; ours leaves out none.
DROP TEXT SEARCH CONFIGURATION IF EXISTS public.directory CASCADE

DROP TEXT SEARCH DICTIONARY IF EXISTS public.directory

CREATE TEXT SEARCH DICTIONARY public.directory (TEMPLATE = pg_catalog.snowball, LANGUAGE = english)

CREATE TEXT SEARCH CONFIGURATION public.directory (COPY = pg_catalog.simple)

ALTER TEXT SEARCH CONFIGURATION public.directory ALTER MAPPING FOR asciiword, word WITH public.directory

ALTER TABLE services_directory_entry DROP COLUMN IF EXISTS search

-- The words of the name once more with a mark (a name is found without reading the row), all
-- text, and the filters' codes. No positions and no weights: nothing is ranked by them, because
-- ranking costs time for every hit.
ALTER TABLE services_directory_entry ADD COLUMN search tsvector GENERATED ALWAYS AS (
    strip(to_tsvector('public.directory',
        regexp_replace(translate(name, 'MARKED', 'PLAIN'), '(\S+)', 'zzn\1', 'g')))
    || strip(to_tsvector('public.directory',
        translate(name || ' ' || keywords || ' ' || body, 'MARKED', 'PLAIN')))
    || array_to_tsvector(array_remove(string_to_array(codes, ' '), ''))
) STORED

ALTER TABLE services_directory_writtenpage DROP COLUMN IF EXISTS search

-- Pages that somebody wrote, found beside the services.
ALTER TABLE services_directory_writtenpage ADD COLUMN search tsvector GENERATED ALWAYS AS (
    strip(to_tsvector('public.directory',
        regexp_replace(translate(name, 'MARKED', 'PLAIN'), '(\S+)', 'zzn\1', 'g')))
    || strip(to_tsvector('public.directory',
        translate(name || ' ' || lead || ' ' || body, 'MARKED', 'PLAIN')))
) STORED

CREATE INDEX page_index ON services_directory_writtenpage USING gin (search) WITH (fastupdate = off)

-- Without the pending list a search never reads through what was saved a moment ago, and the
-- planner never takes the index for the slower way.
CREATE INDEX directory_index ON services_directory_entry USING gin (search) WITH (fastupdate = off)

-- The owner of a database may add this extension; no superuser is needed.
CREATE EXTENSION IF NOT EXISTS pg_trgm

DROP INDEX IF EXISTS directory_words

CREATE INDEX directory_words ON services_directory_searchword USING gin (word gin_trgm_ops)
    WITH (fastupdate = off)

-- Sorting by scope must not read through every candidate's whole card.
DROP INDEX IF EXISTS directory_entry_scope

CREATE INDEX directory_entry_scope ON services_directory_entry (service_id, scope_order)

ANALYZE services_directory_entry
