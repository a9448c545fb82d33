-- Whether an agent is away, why, and until when where that is known. The events of the agent hold it too.
alter table agent
    add away text check (away in ('break', 'lunch', 'leave', 'training')),
    add away_until timestamptz check (away_until between '1970-01-01' and '2200-01-01'),
    add constraint agent_away check (away_until is null or away is not null);
create index agent_away_until on agent (away_until) where away_until is not null;
