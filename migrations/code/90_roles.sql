-- Group roles, logins, and their rights in the database.

-- Returns the name of one of the workspace's groups. The name contains a hash if its parts are
-- ambiguous: inbox and inbox_x, or inbox_inbox and x.
create or replace function group_role(kind text) returns text language sql stable set search_path from current as $$
    -- The name contains a hash if its parts are ambiguous: inbox and inbox_x, or inbox_inbox and x.
    select case when octet_length(n) <= 63 and d !~ '_' and s !~ '_' then n else left(n, 30) || '_'
        || md5(concat_ws('/', d, s, kind)) end
    from (select d, s, format('%s_%s_%s', d, s, kind) as n from (select current_database()::text as d,
        (select nspname::text from pg_namespace
            where oid = (select pronamespace from pg_proc where oid = 'app_now()'::regprocedure)) as s) as x) as y
$$;

-- Returns the statements that restrict the database to the workspace's groups and to roles with
-- other rights: owners of schemas, and roles that another schema names, such as the groups of
-- another workspace.
create or replace function connect_statements() returns setof text
language sql stable set search_path from current as $$
    select format('grant connect on database %I to %I', current_database(), group_role(k))
    from unnest(array['viewer', 'ingest']) as k
    union all
    select format('grant connect on database %I to %I', current_database(), r.rolname)
    from pg_roles r
    where r.rolname !~ '^pg_'
        and r.rolname <> all (array[group_role('viewer'), group_role('ingest')])
        and r.oid in (
            select n.nspowner from pg_namespace n where n.nspname !~ '^pg_'
            union
            select a.grantee from pg_namespace n, aclexplode(n.nspacl) a where n.nspname !~ '^pg_')
    union all
    select format('revoke connect on database %I from public', current_database())
$$;

-- The groups that may read each table. Only the schema's owner may read a table that is not in this
-- list, and a test fails for such a table. Raw webhooks contain customers' texts and numbers, so
-- only supervisors may read them. `agent`, `supervisor` and `admin` may read all tables of the
-- groups before them. `ingest` is the group of `serve`.
create or replace function table_readers() returns table (name text, readers text[]) language sql immutable as $$
    values
        ('_sqlx_migrations', '{viewer,ingest}'::text[]),
        ('acting', '{viewer,ingest}'),
        ('agent', '{viewer,ingest}'),
        ('alias_bucket', '{viewer,ingest}'),
        ('alias_change', '{viewer,ingest}'),
        ('applying', '{viewer,ingest}'),
        ('attempt', '{viewer,ingest}'),
        ('channel', '{viewer,ingest}'),
        ('code_version', '{viewer,ingest}'),
        ('contact', '{viewer,ingest}'),
        ('contact_alias', '{viewer,ingest}'),
        ('contact_conflict', '{viewer,ingest}'),
        ('conversation', '{viewer,ingest}'),
        ('dead_letter', '{supervisor,ingest}'),
        ('delivery', '{supervisor,ingest}'),
        ('event', '{viewer,ingest}'),
        ('handle', '{viewer,ingest}'),
        ('handoff', '{viewer,ingest}'),
        ('leg', '{viewer,ingest}'),
        ('message', '{viewer,ingest}'),
        ('message_status', '{viewer,ingest}'),
        ('note', '{viewer,ingest}'),
        ('notice', '{supervisor,ingest}'),
        ('operation', '{viewer,ingest}'),
        ('order_key', '{viewer,ingest}'),
        ('phase', '{viewer,ingest}'),
        ('reason', '{viewer,ingest}'),
        ('roster', '{viewer,ingest}'),
        ('roster_bucket', '{viewer,ingest}'),
        ('run', '{viewer,ingest}'),
        ('secret', '{}'),
        ('setting', '{viewer,ingest}'),
        ('shift', '{viewer,ingest}'),
        ('store', '{viewer,ingest}'),
        ('superseded', '{viewer,ingest}'),
        ('team', '{viewer,ingest}'),
        ('ticket', '{viewer,ingest}')
$$;

-- The groups that may write each table directly, without a function: unaudited data, and locks. A
-- column `latch` never gets a value. The right to update the column is the right to lock a row.
create or replace function table_writers() returns table (name text, writer text, rights text)
language sql immutable as $$
    values
        -- The tables that `serve` writes: messages, and the rows that follow from messages.
        ('delivery', 'ingest', 'insert, update'),
        ('dead_letter', 'ingest', 'insert, update'),
        ('notice', 'ingest', 'insert, update'),
        ('message', 'ingest', 'insert, update'),
        ('message_status', 'ingest', 'insert, update'),
        ('contact_alias', 'ingest', 'insert, update'),
        ('contact_conflict', 'ingest', 'insert, update'),
        ('run', 'ingest', 'insert, update, delete'),
        ('order_key', 'ingest', 'insert'),
        ('applying', 'ingest', 'insert, update, delete'),
        ('alias_bucket', 'ingest', 'update (latch)'),
        ('contact', 'ingest', 'insert (first_seen, last_seen)'),
        ('contact', 'ingest', 'update (name, name_at, username, username_at, marketing, marketing_at, '
            'first_seen, last_seen)'),
        ('conversation', 'ingest', 'update (started_by, opened_at, last_message_at, first_customer_at, '
            'last_customer_at, waiting_since, first_reply_at, first_reply_by, latch)'),
        ('ticket', 'agent', 'update (latch)'),
        ('roster_bucket', 'supervisor', 'update (latch)')
$$;

-- The groups that may call each function.
create or replace function function_callers() returns table (name text, callers text[]) language sql immutable as $$
    values
        ('acting_agent', '{viewer,ingest}'::text[]),
        ('app_now', '{viewer,ingest}'),
        ('bring_back', '{ingest}'),
        ('check_filter', '{viewer,ingest}'),
        ('conversation_ids', '{viewer,ingest}'),
        ('conversations_at', '{viewer}'),
        ('event_hash', '{viewer,ingest}'),
        ('finish_operation', '{agent,ingest}'),
        ('forget_contact', '{admin}'),
        ('forgotten_messages', '{ingest}'),
        ('group_role', '{viewer}'),
        ('key_fingerprint', '{viewer,ingest}'),
        ('lock_conversations', '{agent,ingest}'),
        ('lock_rows', '{agent,ingest}'),
        ('login_statements', '{admin}'),
        ('message_text', '{viewer,ingest}'),
        ('micros', '{viewer,ingest}'),
        ('note_text', '{viewer}'),
        ('open_conversations', '{ingest}'),
        ('open_operation', '{agent,ingest}'),
        ('open_tickets', '{agent}'),
        ('operation_digest', '{viewer,ingest}'),
        ('put_resource', '{supervisor}'),
        ('record_attempts', '{agent}'),
        ('record_conversations', '{agent,ingest}'),
        ('record_tickets', '{agent}'),
        ('refused_conversations', '{agent,ingest}'),
        ('retain', '{ingest}'),
        ('retention_due', '{ingest}'),
        ('role_statements', '{admin}'),
        ('set_presence', '{agent,ingest}')
$$;

-- Returns the statements that grant each group its rights in the schema. The schema's owner may run
-- them for existing groups.
create or replace function grant_statements() returns table (kind text, statement text)
language sql stable set search_path from current as $$
    select k, format('grant usage on schema %I to %I', current_schema(), group_role(k))
    from unnest(array['viewer', 'agent', 'supervisor', 'admin', 'ingest']) as k
    union all
    select k, format('grant select on %I.%I to %I', current_schema(), t.name, group_role(k))
    from table_readers() t cross join unnest(t.readers) as k
    union all
    select t.writer, format('grant %s on %I.%I to %I', t.rights, current_schema(), t.name, group_role(t.writer))
    from table_writers() t
    union all
    select k, format('grant execute on function %s to %I', p.oid::regprocedure, group_role(k))
    from function_callers() f
        join pg_proc p on p.proname = f.name and p.pronamespace = current_schema()::regnamespace
        cross join unnest(f.callers) as k
$$;

-- Returns the statements that create the groups and grant them their rights.
create or replace function role_statements() returns setof text language sql stable set search_path from current as $$
    -- Two programs may migrate two workspaces of one cluster at the same time.
    select format('do $do$ begin create role %1$I nologin; '
        'exception when duplicate_object or unique_violation then null; end $do$', group_role(k))
    from unnest(array['viewer', 'agent', 'supervisor', 'admin', 'ingest']) as k
    union all
    select format('grant %I to %I', group_role(low), group_role(high))
    from (values ('viewer', 'agent'), ('agent', 'supervisor'), ('supervisor', 'admin')) as l (low, high)
    union all
    select g.statement from grant_statements() g
    union all
    select c from connect_statements() c
$$;

-- Returns the statements that make a login a member of exactly the groups that it needs: for its
-- own agent, and for the agents that it may act as.
create or replace function login_statements(p_login text) returns setof text
language plpgsql stable set search_path from current as $$
declare
    v_kind text;
    v_ladder text[] := array['viewer', 'agent', 'supervisor', 'admin'];
    v_wanted text[] := array(
        select case a.role when 'bot' then 'agent' when 'system' then 'ingest' else a.role end from agent a
            where a.login = p_login and a.disabled_at is null
        union select case a.role when 'bot' then 'agent' when 'system' then 'ingest' else a.role end
            from acting x join agent a on a.id = x.agent_id where x.login = p_login and x.revoked_at is null
                and a.disabled_at is null
        union select k from acting x, unnest(array['admin', 'ingest']) k where x.login = p_login
            and x.revoked_at is null and x.agent_id is null);
    -- The highest group has the rights of the groups below it.
    v_highest int := (select max(array_position(v_ladder, w)) from unnest(v_wanted) w);
begin
    -- The schema's owner gets all groups.
    if p_login = (select pg_get_userbyid(n.nspowner) from pg_namespace n
        where n.oid = (select pronamespace from pg_proc where oid = 'app_now()'::regprocedure)) then
        return;
    end if;
    foreach v_kind in array v_ladder || 'ingest'::text loop
        if v_kind = v_ladder[v_highest] or v_kind = 'ingest' and 'ingest' = any (v_wanted) then
            if not exists (select 1 from pg_auth_members m join pg_roles g on g.oid = m.roleid
                join pg_roles l on l.oid = m.member
                where g.rolname = group_role(v_kind) and l.rolname = p_login) then
                return next format('grant %I to %I', group_role(v_kind), p_login);
            end if;
        elsif exists (select 1 from pg_auth_members m join pg_roles g on g.oid = m.roleid
            join pg_roles l on l.oid = m.member
            where g.rolname = group_role(v_kind) and l.rolname = p_login) then
            return next format('revoke %I from %I', group_role(v_kind), p_login);
        end if;
    end loop;
end $$;

-- PUBLIC may call a function until this right is revoked.
do $$ begin execute format('revoke all on all functions in schema %I from public', current_schema()); end $$;
