-- Functions, triggers and rights are in `code/` from here on: see README.md.

-- The version of the code that the workspace has, and the oldest program that may work on it. One row.
create table code_version (
    only_row boolean primary key default true check (only_row),
    version int not null,
    -- sha256 of the files of `code/`, hex
    digest text not null,
    -- programs of a lower version are refused; a migration that breaks them raises it
    compatible_from int not null,
    applied_at timestamptz not null,
    -- the release of the program that applied it
    program text not null
);
insert into code_version (version, digest, compatible_from, applied_at, program) values (0, '', 1, app_now(), '');
