//! Whether what holds the rules is still the program's: triggers, constraints and unique indexes as `guards.txt` has them, functions as the migrations
//! do, and rights nobody's but the owner's and the workspace's groups'.

use std::collections::BTreeMap;

use sqlx::postgres::PgConnection;

use super::{Workspace, migrate};
use crate::error::Result;

/// Every trigger, constraint and unique index, one a line: `trigger leg.closed_once`, a tab, and its definition as Postgres prints it.
const GUARDS: &str = include_str!("guards.txt");

/// Counts what there is to be.
pub fn count() -> usize {
    GUARDS.lines().count()
}

/// Lists what is missing, switched off, or not the program's, as `trigger leg.closed_once`. To be asked inside the workspace.
///
/// # Errors
/// What the database says.
pub async fn weak(conn: &mut PgConnection, workspace: &Workspace) -> Result<Vec<String>> {
    let guards = sqlx::query!(
        r#"select format('%s %s.%s', g.kind, c.relname, g.name) as "name!", g.definition as "definition!", g.works as "works!", g.internal as "internal!"
        from (
            select 'trigger' as kind, x.tgrelid as relation, x.tgname as name, pg_get_triggerdef(x.oid, true) as definition,
                x.tgenabled in ('O', 'A') as works, x.tgisinternal as internal from pg_trigger x
            union all select 'constraint', k.conrelid, k.conname, pg_get_constraintdef(k.oid, true), k.convalidated, false
                from pg_constraint k where k.contype in ('c', 'f', 'p', 'u', 'x')
            union all select 'index', x.indrelid, i.relname, pg_get_indexdef(x.indexrelid, 0, true), x.indisvalid and x.indisready, false
                from pg_index x join pg_class i on i.oid = x.indexrelid where x.indisunique
        ) g join pg_class c on c.oid = g.relation join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and c.relname <> '_sqlx_migrations'"#,
        workspace.as_str()
    )
    .fetch_all(&mut *conn)
    .await?;
    // Those of foreign keys have no definition to compare.
    let (keys, own): (Vec<_>, Vec<_>) = guards.into_iter().partition(|g| g.internal);
    let mut weak: Vec<String> = keys.into_iter().filter(|g| !g.works).map(|g| g.name).collect();
    weak.extend(differing(
        GUARDS
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .map(|(name, d)| (name.to_owned(), d.to_owned())),
        own.into_iter()
            .map(|g| (g.name, if g.works { g.definition } else { String::new() })),
    ));
    let functions = sqlx::query!(
        r#"select 'function ' || p.proname as "name!", p.prosrc as "body!", p.prosecdef as "definer!",
            coalesce(p.proconfig, '{}') @> array[format('search_path=%I, pg_temp', n.nspname)] as "pinned!"
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname = $1 and not exists (select 1 from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')"#,
        workspace.as_str()
    )
    .fetch_all(&mut *conn)
    .await?;
    weak.extend(differing(
        migrate::functions()
            .into_iter()
            .map(|f| (format!("function {}", f.name), (f.body, f.definer, f.pinned))),
        functions.into_iter().map(|f| (f.name, (f.body, f.definer, f.pinned))),
    ));
    weak.extend(
        sqlx::query_scalar!(
            r#"select x.name as "name!" from (
                select c.relnamespace as ns, format('rule %s.%s', c.relname, r.rulename) as name from pg_rewrite r join pg_class c on c.oid = r.ev_class and c.relkind <> 'v'
                union all select relnamespace, 'row security of ' || relname from pg_class where relrowsecurity) x
            join pg_namespace n on n.oid = x.ns where n.nspname = $1"#,
            workspace.as_str()
        )
        .fetch_all(&mut *conn)
        .await?,
    );
    // Who only reads changes nothing.
    weak.extend(
        sqlx::query_scalar!(
            r#"select distinct format('right of %s to %s %s', case a.grantee when 0 then 'public' else pg_get_userbyid(a.grantee) end, lower(a.privilege_type), x.name) as "name!"
            from (
                select n.nspowner as owner, n.nspname as schema, 'schema ' || n.nspname as name, n.nspacl as acl from pg_namespace n
                union all select n.nspowner, n.nspname, c.relname, c.relacl from pg_class c join pg_namespace n on n.oid = c.relnamespace
                union all select n.nspowner, n.nspname, c.relname, t.attacl from pg_attribute t join pg_class c on c.oid = t.attrelid join pg_namespace n on n.oid = c.relnamespace
                union all select n.nspowner, n.nspname, p.proname, coalesce(p.proacl, acldefault('f', p.proowner)) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                    where not exists (select 1 from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
            ) x, aclexplode(x.acl) a
            where x.schema = $1 and a.privilege_type not in ('SELECT', 'USAGE') and a.grantee <> x.owner
                and not exists (select 1 from unnest('{viewer,agent,supervisor,admin,ingest}'::text[]) k join pg_roles r on r.rolname = group_role(k) where r.oid = a.grantee)"#,
            workspace.as_str()
        )
        .fetch_all(conn)
        .await?,
    );
    weak.sort();
    Ok(weak)
}

/// Gives the names of what is on one side alone, or differs.
fn differing<T: Ord>(
    wanted: impl Iterator<Item = (String, T)>,
    there: impl Iterator<Item = (String, T)>,
) -> Vec<String> {
    let mut names: BTreeMap<String, (Vec<T>, Vec<T>)> = BTreeMap::new();
    for (name, what) in wanted {
        names.entry(name).or_default().0.push(what);
    }
    for (name, what) in there {
        names.entry(name).or_default().1.push(what);
    }
    names
        .into_iter()
        .filter_map(|(name, (mut wanted, mut there))| {
            wanted.sort();
            there.sort();
            (wanted != there).then_some(name)
        })
        .collect()
}
