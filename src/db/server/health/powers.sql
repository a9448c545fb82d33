-- The means to change the workspace ($1, its schema) without its guards, one sentence each, without
-- superusers.
with here as (
    select n.nspowner, o.rolname as owner, o.rolsuper
    from pg_namespace n join pg_roles o on o.oid = n.nspowner
    where n.nspname = $1
), logins as (select r.oid, r.rolname, r.rolcreaterole from pg_roles r where r.rolcanlogin and not r.rolsuper)
select p.sentence as "sentence!"
from (select 1 as place,
        format('the owner of the workspace, %s, is a superuser and can switch every guard off', owner) as sentence
    from here
    where rolsuper
    union all
    select 2, format('%s can act as the owner of the workspace, which can remove every guard', l.rolname)
    from logins l, here h
    where l.oid <> h.nspowner and pg_has_role(l.oid, h.nspowner, 'member')
    union all
    select 3, format('%s can %s (%s)', l.rolname, p.what, p.role)
    from logins l,
        (values ('pg_write_all_data', 'write every table, with no more than its triggers to stop it'),
            ('pg_read_all_data', 'read every table, the key of the keyed hashes included'),
            ('pg_write_server_files', 'write the server''s files'),
            ('pg_read_server_files', 'read the server''s files'),
            ('pg_execute_server_program', 'run programs on the server'),
            ('pg_create_subscription', 'write tables from another server without their guards')) as p (role, what)
        join pg_roles r on r.rolname = p.role
    where pg_has_role(l.oid, r.oid, 'member')
    union all
    -- Since version 16 a role can be given only by those who administer it.
    select 4, format('%s can make itself a member of the owner of the workspace (createrole)', l.rolname)
    from logins l, here h
    where l.rolcreaterole and l.oid <> h.nspowner and not h.rolsuper
        and current_setting('server_version_num')::int < 160000
    union all
    select 5, format('the event trigger %s runs at changes of the schema', t.evtname)
    from pg_event_trigger t
    where t.evtenabled <> 'D'
    union all
    select 6, format('the subscription %s can write tables without their guards', s.subname)
    from pg_subscription s
    where s.subdbid = (select d.oid from pg_database d where d.datname = current_database())
    union all
    select 7, format('%s is set for %s', c.setting, coalesce('the login ' || r.rolname, 'this database'))
    from pg_db_role_setting s cross join unnest(s.setconfig) as c (setting) left join pg_roles r on r.oid = s.setrole
    where (c.setting like 'session_preload_libraries=%' or c.setting like 'local_preload_libraries=%')
        and s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))) p
order by p.place, p.sentence
