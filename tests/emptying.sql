-- Put a migrated PostgreSQL database back to its first state: far quicker than a database from a template.

CREATE SCHEMA testing;

-- Of what the database is made: whoever changes that gets a new database instead of an emptied one.
CREATE FUNCTION testing.shape() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(part, ';' ORDER BY part)) FROM (
        SELECT concat_ws(' ', 'relation', relname, relkind) AS part
        FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT concat_ws(' ', 'column', attrelid::regclass, attname, atttypid, attnotnull, atthasdef)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
        UNION ALL
        SELECT concat_ws(' ', 'trigger', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL
        SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL
        SELECT concat_ws(' ', 'function', proname, md5(prosrc))
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ) AS parts
$$;

CREATE TABLE testing.first_shape (shape text NOT NULL);

CREATE FUNCTION testing.touched_tables() RETURNS SETOF regclass LANGUAGE sql AS $$
    SELECT oid::regclass FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
$$;

CREATE FUNCTION testing.keep_first_state() RETURNS void LANGUAGE plpgsql AS $$
DECLARE touched regclass;
BEGIN
    FOR touched IN SELECT testing.touched_tables() LOOP
        EXECUTE format('CREATE TABLE testing.%I AS TABLE %s', 'first_of_' || touched::text, touched);
    END LOOP;
    INSERT INTO testing.first_shape SELECT testing.shape();
END
$$;

-- Whether the database is in its first state again. Triggers and foreign keys sleep meanwhile.
CREATE FUNCTION testing.empty_store() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    touched regclass;
    kept text;
    counter record;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle';
    IF testing.shape() <> (SELECT shape FROM testing.first_shape) THEN
        RETURN false;
    END IF;
    PERFORM set_config('session_replication_role', 'replica', true);
    FOR touched IN SELECT testing.touched_tables() LOOP
        IF pg_relation_size(touched) > 65536 THEN  -- mostly rows that were deleted before
            EXECUTE format('TRUNCATE %s CASCADE', touched);
        ELSE
            EXECUTE format('DELETE FROM %s', touched);
        END IF;
    END LOOP;
    FOR kept IN SELECT relname FROM pg_class WHERE relnamespace = 'testing'::regnamespace AND relname LIKE 'first\_of\_%' LOOP
        EXECUTE format('INSERT INTO %I OVERRIDING SYSTEM VALUE TABLE testing.%I', substr(kept, 10), kept);
    END LOOP;
    FOR counter IN SELECT schemaname, sequencename, start_value FROM pg_sequences
                   WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        PERFORM setval(format('%I.%I', counter.schemaname, counter.sequencename)::regclass, counter.start_value, false);
    END LOOP;
    RETURN true;
END
$$;
