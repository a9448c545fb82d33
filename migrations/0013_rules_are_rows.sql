-- The lists of kinds, subjects and ways are rows of event_rules() and resources(): the functions and guards refuse others.
alter table event
    drop constraint event_kind,
    drop constraint event_subject_check;
alter table leg
    drop constraint leg_how_check;
