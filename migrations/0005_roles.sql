-- Group roles: who may see and call what. Roles belong to the whole cluster, so their names carry database and workspace.
-- `db migrate` runs what role_statements() gives, where its login may make roles, and prints it for the administrator where not.

create function group_role(kind text) returns text language sql stable set search_path from current as $$
    select case when octet_length(n) <= 63 then n else left(n, 30) || '_' || md5(n) end
    from (select format('%s_%s_%s', current_database(), (select nspname from pg_namespace where oid = (select pronamespace from pg_proc where oid = 'app_now()'::regprocedure)), kind)) as x (n)
$$;

create function role_statements() returns setof text language plpgsql stable set search_path from current as $$
declare
    v_schema text := (select nspname from pg_namespace where oid = (select pronamespace from pg_proc where oid = 'app_now()'::regprocedure));
    v_kind text;
    v_row record;
begin
    foreach v_kind in array array['viewer', 'agent', 'supervisor', 'admin', 'ingest'] loop
        -- Two programs may migrate two workspaces of one cluster at once.
        return next format('do $do$ begin create role %1$I nologin; exception when duplicate_object or unique_violation then null; end $do$', group_role(v_kind));
        return next format('grant usage on schema %I to %I', v_schema, group_role(v_kind));
    end loop;
    return next format('grant %I to %I', group_role('viewer'), group_role('agent'));
    return next format('grant %I to %I', group_role('agent'), group_role('supervisor'));
    return next format('grant %I to %I', group_role('supervisor'), group_role('admin'));
    -- What everybody reads. Raw webhooks, which hold customers' texts and numbers as they came, are for supervisors.
    for v_row in select relname from pg_class where relnamespace = v_schema::regnamespace and relkind = 'r' and relname <> 'secret' order by relname loop
        return next format('grant select on %I.%I to %I', v_schema, v_row.relname,
            case when v_row.relname in ('delivery', 'dead_letter', 'notice') then group_role('supervisor') else group_role('viewer') end);
        return next format('grant select on %I.%I to %I', v_schema, v_row.relname, group_role('ingest'));
    end loop;
    for v_row in
        select p.oid::regprocedure::text as signature, p.proname, k.kind
        from pg_proc p join (values
            ('app_now', 'viewer'), ('micros', 'viewer'), ('event_hash', 'viewer'), ('operation_digest', 'viewer'), ('acting_agent', 'viewer'),
            ('conversation_ids', 'viewer'), ('conversations_at', 'viewer'), ('group_role', 'viewer'), ('note_text', 'viewer'), ('message_text', 'viewer'),
            ('open_operation', 'agent'), ('finish_operation', 'agent'), ('lock_conversations', 'agent'), ('refused_conversations', 'agent'),
            ('record_conversations', 'agent'), ('open_tickets', 'agent'), ('record_tickets', 'agent'), ('record_attempts', 'agent'),
            ('put_noun', 'admin'), ('forget_contact', 'admin'), ('role_statements', 'admin'), ('login_statements', 'admin'),
            ('app_now', 'ingest'), ('micros', 'ingest'), ('event_hash', 'ingest'), ('operation_digest', 'ingest'), ('acting_agent', 'ingest'),
            ('conversation_ids', 'ingest'), ('open_operation', 'ingest'), ('finish_operation', 'ingest'), ('lock_conversations', 'ingest'),
            ('refused_conversations', 'ingest'), ('record_conversations', 'ingest'), ('open_conversations', 'ingest'), ('message_text', 'ingest'),
            ('forgotten_messages', 'ingest'), ('retention_due', 'ingest'), ('retain', 'ingest')
        ) as k (name, kind) on k.name = p.proname
        where p.pronamespace = v_schema::regnamespace
        order by 1, 3
    loop
        return next format('grant execute on function %s to %I', v_row.signature, group_role(v_row.kind));
    end loop;
    -- The right to lock a ticket, through a column that takes no value.
    return next format('grant update (latch) on %I.ticket to %I', v_schema, group_role('agent'));
    -- What `serve` writes: messages and what follows from them, and nothing that is audited.
    foreach v_kind in array array['delivery', 'dead_letter', 'notice', 'message', 'message_status', 'contact_alias', 'contact_conflict', 'run'] loop
        return next format('grant insert, update on %I.%I to %I', v_schema, v_kind, group_role('ingest'));
    end loop;
    return next format('grant insert (first_seen, last_seen) on %I.contact to %I', v_schema, group_role('ingest'));
    return next format('grant update (name, name_at, username, username_at, marketing, marketing_at, first_seen, last_seen) on %I.contact to %I', v_schema, group_role('ingest'));
    return next format('grant insert on %I.order_key to %I', v_schema, group_role('ingest'));
    return next format('grant delete on %I.run to %I', v_schema, group_role('ingest'));
    return next format('grant update (started_by, opened_at, last_message_at, first_customer_at, last_customer_at, waiting_since, first_reply_at, first_reply_by, latch) on %I.conversation to %I', v_schema, group_role('ingest'));
end $$;

-- What makes a login a member of the groups that it needs, and of no other: for its own agent, and for those it may act as.
create function login_statements(p_login text) returns setof text language plpgsql stable set search_path from current as $$
declare
    v_kind text;
    v_ladder text[] := array['viewer', 'agent', 'supervisor', 'admin'];
    v_wanted text[] := array(
        select case a.role when 'bot' then 'agent' when 'system' then 'ingest' else a.role end from agent a where a.login = p_login and a.disabled_at is null
        union select case a.role when 'bot' then 'agent' when 'system' then 'ingest' else a.role end
            from acting x join agent a on a.id = x.agent_id where x.login = p_login and x.revoked_at is null and a.disabled_at is null
        union select k from acting x, unnest(array['admin', 'ingest']) k where x.login = p_login and x.revoked_at is null and x.agent_id is null);
    -- The highest holds the rights of those below.
    v_highest int := (select max(array_position(v_ladder, w)) from unnest(v_wanted) w);
begin
    -- The schema's owner has all of them.
    if p_login = (select pg_get_userbyid(n.nspowner) from pg_namespace n where n.oid = (select pronamespace from pg_proc where oid = 'app_now()'::regprocedure)) then
        return;
    end if;
    foreach v_kind in array v_ladder || 'ingest'::text loop
        if v_kind = v_ladder[v_highest] or v_kind = 'ingest' and 'ingest' = any (v_wanted) then
            if not exists (select 1 from pg_auth_members m join pg_roles g on g.oid = m.roleid join pg_roles l on l.oid = m.member
                where g.rolname = group_role(v_kind) and l.rolname = p_login) then
                return next format('grant %I to %I', group_role(v_kind), p_login);
            end if;
        elsif exists (select 1 from pg_auth_members m join pg_roles g on g.oid = m.roleid join pg_roles l on l.oid = m.member
            where g.rolname = group_role(v_kind) and l.rolname = p_login) then
            return next format('revoke %I from %I', group_role(v_kind), p_login);
        end if;
    end loop;
end $$;

do $$ begin execute format('revoke all on all functions in schema %I from public', current_schema()); end $$;
