-- The actor and the operation of a change. Every change of audited data belongs to an operation.
--
-- SQLSTATEs of the workspace: IB001 a guard refused, IB003 not found, IB004 not permitted, IB005
-- conflict.

-- Returns the agent of the session: the login's own agent, or the agent that a shared login names
-- and has a grant for.
create or replace function acting_agent(p_as text) returns agent
language plpgsql stable security definer set search_path from current as $$
declare
    wanted agent;
begin
    if p_as is null then
        select * into wanted from agent where login = session_user;
        if wanted.id is null then
            raise exception using errcode = 'IB004',
                message = format('the login "%s" does not belong to an agent of this workspace', session_user),
                hint = format('an admin can add it: inbox agent add HANDLE --role agent --login %s; a shared login '
                    'names its agent with --as or INBOX_AS', session_user);
        end if;
    else
        select * into wanted from agent where handle = p_as;
        if wanted.id is null then
            raise exception using errcode = 'IB003', message = format('no agent "%s"', p_as),
                hint = 'inbox agent list shows the handles';
        end if;
        if wanted.login is distinct from session_user
            and not exists (select 1 from acting where login = session_user and revoked_at is null
                and (agent_id is null or agent_id = wanted.id)) then
            raise exception using errcode = 'IB004',
                message = format('the login "%s" may not act as %s', session_user, p_as),
                hint = format('an admin can allow it: inbox agent grant-acting %s --login %s', p_as, session_user);
        end if;
    end if;
    if wanted.disabled_at is not null then
        raise exception using errcode = 'IB004', message = format('the agent %s is disabled', wanted.handle),
            hint = format('an admin can enable it: inbox agent enable %s', wanted.handle);
    end if;
    return wanted;
end $$;

-- Starts an operation in this transaction. For a key that was used before, returns `replay` and the
-- stored result. `same` is true if the verb and the arguments are equal.
create or replace function open_operation(p_as text, p_verb text, p_args jsonb, p_args_hash bytea, p_key text,
    p_version text, p_os_user text, p_undoes bigint)
returns table (operation_id bigint, at timestamptz, actor_id bigint, handle text, role text, replay boolean,
    same boolean, result jsonb, exit_code smallint)
language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
    me agent := acting_agent(p_as);
    op bigint := nextval('operation_id_seq');
    t timestamptz := app_now();
    old operation;
begin
    -- An older snapshot would contain outdated permissions and owners.
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception using errcode = 'IB004', message = 'changes are made in read committed transactions',
            hint = 'changes are made through the inbox program';
    end if;
    -- Each session compiles each pattern. A pattern with a counted repetition takes as long as the
    -- rest of this function.
    if p_verb || '|' || p_version !~ '^[a-z][a-z -]*[|][0-9A-Za-z.+-]+$' or length(p_verb) > 40
        or length(p_version) > 40 or length(p_os_user) > 64 or length(p_key) not between 1 and 200 then
        raise exception using errcode = '22023', message = 'malformed operation';
    end if;
    if jsonb_typeof(p_args) <> 'object' or octet_length(p_args::text) > 2097152 or octet_length(p_args_hash) > 64 then
        raise exception using errcode = '22023',
            message = 'the arguments of an operation are an object of at most 2 MB';
    end if;
    if me.role = 'viewer' then
        raise exception using errcode = 'IB004',
            message = format('%s is a viewer and cannot change anything', me.handle),
            hint = format('an admin can change the role: inbox agent edit %s --role agent', me.handle);
    end if;
    if p_undoes is not null and not exists (select 1 from operation o where o.id = p_undoes) then
        raise exception using errcode = 'IB003', message = format('no operation O-%s', p_undoes),
            hint = 'inbox audit shows the operation of each event';
    end if;
    insert into operation (id, at, xid, actor_id, verb, args, login, address, version, os_user, digest, key,
        args_hash, undoes)
    overriding system value
    values (op, t, pg_current_xact_id(), me.id, p_verb, p_args, session_user, inet_client_addr(), p_version, p_os_user,
        operation_digest(op, t, me.id, p_verb, p_args, session_user, inet_client_addr(), p_version, p_os_user), p_key,
        case when p_key is not null then keyed_hash('args|'::bytea || p_args_hash) end, p_undoes)
    on conflict (actor_id, key) where key is not null do nothing;
    if not found then
        select * into old from operation o where o.actor_id = me.id and o.key = p_key;
        return query select old.id, old.at, me.id, me.handle, me.role, true, old.verb = p_verb
            and old.args_hash is not distinct from keyed_hash('args|'::bytea || p_args_hash),
            old.result, old.exit;
    else
        return query select op, t, me.id, me.handle, me.role, false, true, null::jsonb, null::smallint;
    end if;
end $$;

-- Returns the operation of this transaction and session. Refuses a write under the operation of
-- another session, and every write by a disabled agent.
create or replace function current_operation(p_operation bigint) returns operation
language plpgsql stable security definer set search_path from current as $$
declare
    op operation;
begin
    select * into op from operation where id = p_operation and xid = pg_current_xact_id() and login = session_user
        and finished_at is null;
    if op.id is null then
        raise exception using errcode = 'IB004',
            message = format('operation %s is not open in this transaction', p_operation),
            hint = 'changes are made through the inbox program';
    end if;
    if exists (select 1 from agent a where a.id = op.actor_id and a.disabled_at is not null) then
        raise exception using errcode = 'IB004',
            message = format('the agent %s is disabled', (select a.handle from agent a where a.id = op.actor_id)),
            hint = 'an admin can enable it: inbox agent enable';
    end if;
    return op;
end $$;

-- Ends an operation with its numbers and exit code. A key is stored only with a result to repeat.
create or replace function finish_operation(p_operation bigint, p_selected int, p_changed int, p_result jsonb,
    p_exit smallint) returns void
language plpgsql security definer set search_path from current as $$
begin
    perform current_operation(p_operation);
    if p_selected is null or p_changed is null or p_exit is null or p_selected < 0
        or p_changed not between 0 and p_selected
        or p_exit not between 0 and 9 or octet_length(p_result::text) > 67108864 then
        raise exception using errcode = '22023', message = 'malformed result of an operation';
    end if;
    update operation set selected = p_selected, changed = p_changed, exit = p_exit, finished_at = app_now(),
        key = case when p_result is not null then key end, result = case when key is not null then p_result end
    where id = p_operation;
end $$;

-- Creates the first agents of an empty workspace in a separate operation: `system`, and the login
-- of the session as the first admin.
create or replace function bootstrap(p_handle text, p_name text, p_shared boolean, p_version text, p_os_user text)
    returns bigint
language plpgsql security definer set search_path from current set timezone = 'UTC' as $$
declare
    v_op bigint;
    v_system bigint;
    v_admin bigint;
    v_at timestamptz := app_now();
    v_digest bytea;
    v_row jsonb;
    v_hash bytea;
begin
    lock table agent in share row exclusive mode;
    if exists (select 1 from agent) then
        raise exception using errcode = 'IB005', message = 'this workspace has agents already',
            hint = 'inbox whoami shows your agent in it';
    end if;
    set constraints operation_actor_id_fkey deferred;
    v_op := nextval(pg_get_serial_sequence('operation', 'id'));
    v_system := nextval(pg_get_serial_sequence('agent', 'id'));
    v_digest := operation_digest(v_op, v_at, v_system, 'init', '{}', session_user, inet_client_addr(), p_version,
        p_os_user);
    insert into operation (id, at, xid, actor_id, verb, args, login, address, version, os_user, digest)
    overriding system value
    values (v_op, v_at, pg_current_xact_id(), v_system, 'init', '{}', session_user, inet_client_addr(), p_version,
        p_os_user, v_digest);
    insert into handle (handle, noun) values ('system', 'agent');
    v_row := jsonb_build_object('id', v_system, 'handle', 'system', 'name', 'system', 'role', 'system', 'teams',
        '[]'::jsonb, 'capacity', null, 'login', null, 'disabled_at', null);
    v_hash := event_hash('', v_digest, 'agent', v_system, 1, v_at, 'added', v_system, v_op, null, null, null, null,
        null, null, null, null, null, v_row);
    insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, data, hash)
        values ('agent', v_system, 1, v_at, 'added', v_system, v_op, v_row, v_hash);
    insert into agent (id, handle, name, role, seq, head, head_at)
        values (v_system, 'system', 'system', 'system', 1, v_hash, v_at);
    v_admin := nextval(pg_get_serial_sequence('agent', 'id'));
    insert into handle (handle, noun) values (p_handle, 'agent');
    v_row := jsonb_build_object('id', v_admin, 'handle', p_handle, 'name', p_name, 'role', 'admin', 'teams',
        '[]'::jsonb, 'capacity', null, 'login', session_user, 'disabled_at', null);
    v_hash := event_hash('', v_digest, 'agent', v_admin, 1, v_at, 'added', v_system, v_op, null, null, null, null,
        null, null, null, null, null, v_row);
    insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, data, hash)
        values ('agent', v_admin, 1, v_at, 'added', v_system, v_op, v_row, v_hash);
    insert into agent (id, handle, name, role, login, seq, head, head_at)
        values (v_admin, p_handle, p_name, 'admin', session_user, 1, v_hash, v_at);
    set constraints operation_actor_id_fkey immediate;
    -- The login of the set-up also runs serve and timers, until an admin creates a separate login
    -- for them.
    perform grant_first_acting(v_op, v_digest, case when p_shared then null else v_system end);
    update operation set finished_at = app_now(), selected = 2, changed = 2, exit = 0 where id = v_op;
    return v_admin;
end $$;

-- Grants the login of the set-up the right to run serve and timers, until an admin creates a
-- separate login for them.
create or replace function grant_first_acting(p_op bigint, p_digest bytea, p_agent bigint) returns void
language plpgsql set search_path from current set timezone = 'UTC' as $$
declare
    v_id bigint := nextval(pg_get_serial_sequence('acting', 'id'));
    v_at timestamptz := app_now();
    v_system bigint := (select actor_id from operation where id = p_op);
    v_row jsonb := jsonb_build_object('id', v_id, 'login', session_user, 'agent_id', p_agent, 'revoked_at', null);
    v_hash bytea := event_hash('', p_digest, 'acting', v_id, 1, v_at, 'granted', v_system, p_op, null, null, null,
        null, null, null, null, null, null, v_row);
begin
    insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, data, hash)
        values ('acting', v_id, 1, v_at, 'granted', v_system, p_op, v_row, v_hash);
    insert into acting (id, login, agent_id, seq, head, head_at) values (v_id, session_user, p_agent, 1, v_hash, v_at);
end $$;
