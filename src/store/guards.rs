//! Whether what holds the rules is still the program's: triggers as `guards.txt` has them, functions as the migrations do.

use std::collections::BTreeMap;

use sqlx::postgres::PgConnection;

use super::{Workspace, migrate};
use crate::error::Result;

/// The definition of every trigger, as Postgres prints it, one a line.
pub const TRIGGERS: &str = include_str!("guards.txt");

/// Lists triggers, functions and rules that are missing, switched off, or not the program's, as `trigger leg.closed_once`. To be asked inside the
/// workspace.
///
/// # Errors
/// What the database says.
pub async fn weak(conn: &mut PgConnection, workspace: &Workspace) -> Result<Vec<String>> {
    let triggers = sqlx::query!(
        r#"select format('trigger %s.%s', c.relname, x.tgname) as "name!", pg_get_triggerdef(x.oid, true) as "definition!", x.tgenabled in ('O', 'A') as "on!",
            x.tgisinternal as internal
        from pg_trigger x join pg_class c on c.oid = x.tgrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1"#,
        workspace.as_str()
    )
    .fetch_all(&mut *conn)
    .await?;
    let (keys, own): (Vec<_>, Vec<_>) = triggers.into_iter().partition(|t| t.internal);
    let mut weak: Vec<String> = keys.into_iter().filter(|t| !t.on).map(|t| t.name).collect();
    weak.extend(differing(
        TRIGGERS.lines().map(|d| (name_of(d), d.to_owned())),
        own.into_iter()
            .map(|t| (t.name, if t.on { t.definition } else { String::new() })),
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

/// Takes a trigger's name and table out of its definition.
fn name_of(definition: &str) -> String {
    let word_after = |mark: &str| {
        let rest = definition.split_once(mark).map_or("", |(_, rest)| rest);
        rest.split(' ').next().unwrap_or("")
    };
    format!("trigger {}.{}", word_after(" ON "), word_after("TRIGGER "))
}
