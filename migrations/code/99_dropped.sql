-- What an earlier version had and this one does not. A function that programs call stays as a wrapper until
-- code_version.compatible_from has passed the programs that call it.

drop function if exists put_noun(bigint, text, bigint, jsonb, text, text);
drop function if exists guard_noun();
drop function if exists guard_noun_event();
