-- Objects of an earlier version that this version does not have. A function that programs call
-- stays as a wrapper until code_version.compatible_from is higher than the versions of these
-- programs.

drop function if exists put_noun(bigint, text, bigint, jsonb, text, text);
drop function if exists guard_noun();
drop function if exists guard_noun_event();
