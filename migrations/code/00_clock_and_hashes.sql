-- The clock of the workspace, and the texts behind every hash. An encoding never changes. A new
-- encoding gets a new number.

-- The only clock. Tests and the demo replace this function in their own workspace.
create or replace function app_now() returns timestamptz language sql volatile as 'select clock_timestamp()';

-- Returns microseconds since 1970. The function is stable, like extract(), because the planner
-- inlines it only then.
create or replace function micros(t timestamptz) returns bigint language sql stable parallel safe
as 'select (extract(epoch from t) * 1000000)::bigint';

-- The hash of an event, encoding 1. The fields are joined with '|', and a null is an empty text.
-- Data is the only field with any content, so it is the last field.
create or replace function event_hash(
    prev bytea, digest bytea, subject text, subject_id bigint, seq int, at timestamptz, kind text, actor_id bigint,
        operation_id bigint,
    status text, owner_id bigint, team_id bigint, priority text, labels text[], until_at timestamptz, how text,
    reason_commitment bytea, note_commitment bytea, data jsonb
) returns bytea language sql stable parallel safe as $$
    select sha256(convert_to(concat(
        'inbox-event-1|', encode(prev, 'hex'), '|', encode(digest, 'hex'), '|', subject, '|', subject_id, '|', seq,
            '|', micros(at), '|', kind, '|',
        actor_id, '|', operation_id, '|', status, '|', owner_id, '|', team_id, '|', priority, '|',
            array_to_string(labels, ','), '|',
        micros(until_at), '|', how, '|', encode(reason_commitment, 'hex'), '|', encode(note_commitment, 'hex'), '|',
            data::text), 'UTF8'))
$$;

-- The digest of an operation, encoding 1. Texts with any content are preceded by their length in
-- bytes. The arguments are the last field.
create or replace function operation_digest(id bigint, at timestamptz, actor_id bigint, verb text, args jsonb,
    login text, address inet, version text, os_user text)
returns bytea language sql stable parallel safe as $$
    select sha256(convert_to(concat(
        'inbox-operation-1|', id, '|', micros(at), '|', actor_id, '|', verb, '|', octet_length(login), ':', login,
            '|', host(address), '|', version, '|',
        octet_length(os_user), ':', os_user, '|', args::text), 'UTF8'))
$$;

-- The text of a note, encoding 1. Each field is preceded by its length in bytes. A missing field is
-- '-'. The salted hash of this text is the note's commitment.
create or replace function note_text(body text, order_id text, courier text, tracking_no text, tried text,
    promised_by timestamptz, replaces bigint)
returns bytea language sql stable parallel safe as $$
    select convert_to(concat('inbox-note-1', '|', coalesce(octet_length(body) || ':' || body, '-'), '|',
        coalesce(octet_length(order_id) || ':' || order_id, '-'), '|',
        coalesce(octet_length(courier) || ':' || courier, '-'), '|',
            coalesce(octet_length(tracking_no) || ':' || tracking_no, '-'), '|',
        coalesce(octet_length(tried) || ':' || tried, '-'), '|', micros(promised_by), '|', replaces), 'UTF8')
$$;

-- The text of a message, encoding 1, in the same form as a note's text. The salted hash of this
-- text is the message's commitment.
create or replace function message_text(wamid text, kind text, at timestamptz, direction text, author text, body text,
    summary text, raw text)
returns bytea language sql stable parallel safe as $$
    select convert_to(concat('inbox-message-1', '|', octet_length(wamid), ':', wamid, '|', octet_length(kind), ':',
        kind, '|', micros(at), '|', direction, '|', author, '|',
        coalesce(octet_length(body) || ':' || body, '-'), '|', coalesce(octet_length(summary) || ':' || summary, '-'),
            '|',
        coalesce(octet_length(raw) || ':' || raw, '-')), 'UTF8')
$$;

-- The commitment of a customer's id.
create or replace function alias_commitment(salt bytea, kind text, value text) returns bytea
language sql immutable parallel safe as $$
    select sha256(salt || convert_to(concat('inbox-alias-1|', kind, '|', octet_length(value), ':', value), 'UTF8'))
$$;

-- HMAC-SHA-256 with the workspace's key. Equal texts have equal hashes, and nobody can derive a
-- text from its hash.
create or replace function keyed_hash(p_text bytea) returns bytea language sql stable set search_path from current as $$
    select sha256(s.outer_pad || sha256(s.inner_pad || p_text)) from secret s
$$;

-- The fingerprint of the key, for seals. It shows that the key was replaced, and contains no part
-- of the key.
create or replace function key_fingerprint() returns text
language sql stable security definer set search_path from current as $$
    select encode(sha256(coalesce(string_agg(sha256(s.outer_pad || sha256(s.inner_pad || 'inbox-key-1'::bytea)),
        ''::bytea
        order by s.outer_pad), ''::bytea)), 'hex')
    from secret s
$$;

-- Returns the digits of a text in all scripts that customers use, as the program reads them.
create or replace function digits_of(p_text text) returns text language sql immutable parallel safe as $$
    select regexp_replace(translate(p_text, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９', '012345678901234567890123456789'),
        '[^0-9]', '', 'g')
$$;
