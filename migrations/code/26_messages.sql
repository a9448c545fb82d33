-- The valid forms of a message.

-- Returns whether a message of this rank can have this source, kind, direction and author.
create or replace function message_fits(rank smallint, source text, kind text, direction text, author text)
returns boolean language sql immutable parallel safe as $$
    select coalesce(
        case
        when rank = 0 then source = 'status' and direction = 'outbound' and kind in ('template', 'unknown')
        when rank in (1, 2) then source = 'history'
        when rank = 3 then source = 'standby'
        when rank = 4 then source in ('live', 'echo', 'sent')
        else source = 'live' and kind = 'call'
        end
        and case author
        when 'customer' then direction = 'inbound'
        when 'system' then true
        else direction = 'outbound'
        end
        and (source <> 'echo' or direction = 'outbound')
        and (source <> 'live' or direction = 'inbound' or kind = 'call'), false)
$$;

-- Returns whether the texts of a message fit into the longest webhook, and whether its words and
-- ids are short.
create or replace function message_bounded(
    wamid text, kind text, body text, summary text, raw text, reply_to text, target text, salt bytea
) returns boolean language sql immutable parallel safe as $$
    select octet_length(wamid) between 1 and 1024
        and octet_length(kind) between 1 and 256
        and greatest(octet_length(body), octet_length(summary), octet_length(raw), 0) <= 67108864
        and greatest(octet_length(reply_to), octet_length(target), 0) <= 1024
        and octet_length(salt) <= 64
$$;
