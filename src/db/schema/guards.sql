-- The guards of a workspace ($1, its schema): each by name, with a definition to compare, which is
-- empty when the guard is switched off.
with here as (
    select oid, nspname, nspowner, nspacl from pg_namespace where nspname = $1
), tables as (
    select c.*
    from pg_class c join here h on h.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relname <> '_sqlx_migrations'
), functions as (
    select p.* from pg_proc p join here h on h.oid = p.pronamespace
), rights as (
    select 'schema' as name, h.nspacl as acl, h.nspowner as owner from here h
    union all
    select t.relname, t.relacl, h.nspowner from tables t, here h
    union all
    select format('%s.%s', t.relname, a.attname), a.attacl, h.nspowner
    from pg_attribute a join tables t on t.oid = a.attrelid, here h
    union all
    select format('%s()', f.proname), coalesce(f.proacl, acldefault('f', f.proowner)), h.nspowner
    from functions f, here h
    union all
    select c.relname, c.relacl, h.nspowner from pg_class c join here h on h.oid = c.relnamespace where c.relkind = 'S'
)
select g.name as "name!", g.definition as "definition!"
from (select format('trigger %s.%s', t.relname, x.tgname) as name,
        case when x.tgenabled in ('O', 'A') then pg_get_triggerdef(x.oid, true) else '' end as definition
    from pg_trigger x join tables t on t.oid = x.tgrelid
    -- The triggers of foreign keys have generated names and must be on.
    where not x.tgisinternal or x.tgenabled not in ('O', 'A')
    union all
    select format('constraint %s.%s', t.relname, k.conname),
        case when k.convalidated then pg_get_constraintdef(k.oid, true) else '' end
    from pg_constraint k join tables t on t.oid = k.conrelid
    where k.contype in ('c', 'f', 'p', 'u', 'x')
    union all
    select format('index %s.%s', t.relname, i.relname),
        case when x.indisvalid and x.indisready and x.indislive
            then pg_get_indexdef(x.indexrelid, 0, true) else '' end
    from pg_index x join pg_class i on i.oid = x.indexrelid join tables t on t.oid = x.indrelid
    where x.indisunique
    union all
    select format('column %s.%s', t.relname, a.attname),
        concat_ws(' ', format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
            case when a.attcollation <> y.typcollation then 'collate ' || a.attcollation::regcollation end,
            'generated ' || nullif(a.attgenerated::text, ''), 'identity ' || nullif(a.attidentity::text, ''),
            'default ' || pg_get_expr(d.adbin, d.adrelid, true))
    from pg_attribute a
        join tables t on t.oid = a.attrelid
        join pg_type y on y.oid = a.atttypid
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped
    union all
    select 'function ' || f.proname,
        concat_ws(' ', '(' || pg_get_function_arguments(f.oid) || ')', pg_get_function_result(f.oid), l.lanname,
            f.prokind, f.provolatile, f.proparallel, case when f.proisstrict then 'strict' end,
            case when f.prosecdef then 'definer' end, case when f.proleakproof then 'leakproof' end,
            array_to_string(array(
                select case c when format('search_path=%I, pg_temp', h.nspname) then 'search_path=here' else c end
                from unnest(f.proconfig) c), ' '),
            encode(sha256(convert_to(f.prosrc, 'UTF8')), 'hex'))
    from functions f join pg_language l on l.oid = f.prolang, here h
    union all
    select 'operator ' || o.oprname, '' from pg_operator o join here h on h.oid = o.oprnamespace
    union all
    select 'type ' || y.typname, ''
    from pg_type y join here h on h.oid = y.typnamespace
    where y.typcategory <> 'A' and not exists (select 1 from pg_class c where c.oid = y.typrelid and c.relkind <> 'c')
    -- Names in pg_catalog take precedence over those of the workspace.
    union all
    select 'function pg_catalog.' || p.proname, ''
    from pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace and p.oid >= 16384
        and not exists (select 1
            from pg_depend d
            where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    union all
    select 'operator pg_catalog.' || o.oprname, ''
    from pg_operator o
    where o.oprnamespace = 'pg_catalog'::regnamespace and o.oid >= 16384
        and not exists (select 1
            from pg_depend d
            where d.classid = 'pg_operator'::regclass and d.objid = o.oid and d.deptype = 'e')
    union all
    select 'relation pg_catalog.' || c.relname, ''
    from pg_class c
    where c.relnamespace = 'pg_catalog'::regnamespace and c.oid >= 16384
        and not exists (select 1
            from pg_depend d
            where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    union all
    select 'type pg_catalog.' || y.typname, ''
    from pg_type y
    where y.typnamespace = 'pg_catalog'::regnamespace and y.oid >= 16384
        and not exists (select 1
            from pg_depend d
            where d.classid = 'pg_type'::regclass and d.objid = y.oid and d.deptype in ('e', 'i'))
    union all
    select format('cast from %s to %s', format_type(k.castsource, null), format_type(k.casttarget, null)), ''
    from pg_cast k
    where k.oid >= 16384
        and not exists (select 1
            from pg_depend d
            where d.classid = 'pg_cast'::regclass and d.objid = k.oid and d.deptype = 'e')
    -- Relations other than tables have no triggers, and an unlogged table is empty after a crash.
    union all
    select 'kind of ' || t.relname, '' from tables t where t.relkind <> 'r'
    union all
    select 'unlogged ' || t.relname, '' from tables t where t.relpersistence <> 'p'
    union all
    select format('rule %s.%s', t.relname, r.rulename), '' from pg_rewrite r join tables t on t.oid = r.ev_class
    union all
    select 'row security of ' || t.relname, '' from tables t where t.relrowsecurity
    union all
    select 'child of ' || t.relname, '' from pg_inherits i join tables t on t.oid = i.inhparent
    union all
    select 'owner of ' || t.relname, '' from tables t, here h where t.relowner <> h.nspowner
    union all
    select format('owner of %s()', f.proname), '' from functions f, here h where f.proowner <> h.nspowner
    union all
    select 'setting session_replication_role', ''
    where current_setting('session_replication_role') <> 'origin'
        or exists (select 1
            from pg_db_role_setting s cross join unnest(s.setconfig) c
            where c like 'session_replication_role=%'
                and s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database())))
        or exists (select 1 from pg_parameter_acl p where p.parname = 'session_replication_role')
    -- Rights to read do not matter, except for the key.
    union all
    select distinct format('right of %s to %s %s',
        coalesce((select k
            from unnest(array['viewer', 'agent', 'supervisor', 'admin', 'ingest']) k
                join pg_roles o on o.rolname = group_role(k)
            where o.oid = a.grantee), case a.grantee when 0 then 'public' else pg_get_userbyid(a.grantee)::text end),
        lower(a.privilege_type), r.name), ''
    from rights r cross join aclexplode(r.acl) a
    where a.grantee <> r.owner
        and (a.privilege_type not in ('SELECT', 'USAGE') or r.name = 'secret' or r.name like 'secret.%')) g
order by 1, 2
