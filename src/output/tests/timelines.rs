use super::*;

fn talk() -> Timeline {
    let at = |text: &str| text.parse().unwrap();
    Timeline {
        reference: "C-1042".into(),
        head: vec![
            ("status", Value::text("open").tone(Tone::Good)),
            ("contact", Value::customer("عائشہ \x1b[1m".to_owned())),
            ("phone", "+923001234567".into()),
            ("waiting", Value::Duration(3_900.0)),
            ("owner", Value::Null),
        ],
        entries: vec![
            Entry {
                at: at("2026-11-01T18:30:00Z"),
                kind: "message",
                who: Value::customer("عائشہ".to_owned()),
                what: "wrote".into(),
                text: Value::customer(
                    "Salam, order 1001 kahan hai? Teen din ho gaye hain aur koi jawab nahi de raha.\nلاہور 😡"
                        .to_owned(),
                ),
                detail: vec![],
                tone: Tone::Accent,
            },
            Entry {
                at: at("2026-11-01T18:40:12Z"),
                kind: "event",
                who: "sara".into(),
                what: "took".into(),
                text: Value::Null,
                detail: vec![("owner".into(), "sara".into())],
                tone: Tone::Faint,
            },
            Entry {
                at: at("2026-11-01T19:05:00Z"),
                kind: "note",
                who: "sara".into(),
                what: "noted".into(),
                text: Value::customer("Called TCS, parcel is in Multan".to_owned()).tone(Tone::Note),
                detail: vec![
                    ("order".into(), "1001".into()),
                    ("tried".into(), Value::customer("call\nSMS".to_owned())),
                ],
                tone: Tone::Note,
            },
        ],
    }
}

fn show(options: Options, terminal: Terminal) -> String {
    let out = Memory::default();
    let mut output = Output::new(options, terminal, Box::new(out.clone()), Box::new(io::sink()));
    let mut timelines = output.timelines().unwrap();
    timelines.push(&talk()).unwrap();
    timelines.finish().unwrap();
    output.finish().unwrap();
    out.text()
}

#[test]
fn timeline_is_read_from_top_to_bottom() {
    assert_snapshot!(show(options(Format::Table), Terminal::default()), @r#"
    C-1042
      status   open
      contact  عائشہ \x1b[1m
      phone    +923001234567
      waiting  1h 05m
      owner    -

    ── Sunday 2026-11-01 ───────────────────────────────────────────────────────────────────────────────
    23:30:00  عائشہ  wrote  Salam, order 1001 kahan hai? Teen din ho gaye hain aur koi jawab nahi de
                            raha.
                            لاہور 😡
    23:40:12  sara   took   owner: sara

    ── Monday 2026-11-02 ───────────────────────────────────────────────────────────────────────────────
    00:05:00  sara   noted  Called TCS, parcel is in Multan
                            order: 1001 · tried: call⏎SMS
    "#);
}

#[test]
fn timeline_fits_40_columns() {
    let terminal = Terminal {
        no_color: true,
        ..screen(40)
    };
    let text = show(options(Format::Table), terminal);
    for line in text.lines() {
        assert!(sanitize::width(line) <= 40, "{line}");
    }
    assert_snapshot!(text, @r#"
    C-1042
      status   open
      contact  عائشہ \x1b[1m
      phone    +923001234567
      waiting  1h 05m
      owner    -

    ── Sunday 2026-11-01 ───────────────────
    23:30:00  عائشہ  wrote
        Salam, order 1001 kahan hai? Teen
        din ho gaye hain aur koi jawab nahi
        de raha.
        لاہور 😡
    23:40:12  sara   took
        owner: sara

    ── Monday 2026-11-02 ───────────────────
    00:05:00  sara   noted
        Called TCS, parcel is in Multan
        order: 1001 · tried: call⏎SMS
    "#);
}

#[test]
fn timeline_is_one_object_in_json_and_rows_elsewhere() {
    assert_snapshot!(show(options(Format::Json), Terminal::default()), @r#"
    [
    {"reference":"C-1042","status":"open","contact":"عائشہ \u001b[1m","phone":"+923001234567","waiting":3900,"owner":null,"timeline":[{"at":"2026-11-01T23:30:00+05:00","kind":"message","who":"عائشہ","what":"wrote","text":"Salam, order 1001 kahan hai? Teen din ho gaye hain aur koi jawab nahi de raha.\nلاہور 😡","detail":null},{"at":"2026-11-01T23:40:12+05:00","kind":"event","who":"sara","what":"took","text":null,"detail":{"owner":"sara"}},{"at":"2026-11-02T00:05:00+05:00","kind":"note","who":"sara","what":"noted","text":"Called TCS, parcel is in Multan","detail":{"order":"1001","tried":"call\nSMS"}}]}
    ]
    "#);
    assert_snapshot!(show(options(Format::Csv), Terminal::default()), @r#"
    reference,at,kind,who,what,text,detail
    C-1042,2026-11-01T23:30:00+05:00,message,عائشہ,wrote,"Salam, order 1001 kahan hai? Teen din ho gaye hain aur koi jawab nahi de raha.
    لاہور 😡",
    C-1042,2026-11-01T23:40:12+05:00,event,sara,took,,"{""owner"":""sara""}"
    C-1042,2026-11-02T00:05:00+05:00,note,sara,noted,"Called TCS, parcel is in Multan","{""order"":""1001"",""tried"":""call\nSMS""}"
    "#);
    let ids = Options {
        ids: true,
        ..options(Format::Table)
    };
    assert_eq!(show(ids, Terminal::default()), "C-1042\n");
    let chosen = Options {
        columns: Some(vec!["at".into(), "text".into()]),
        ..options(Format::Jsonl)
    };
    assert_snapshot!(show(chosen, Terminal::default()), @r#"
    {"at":"2026-11-01T23:30:00+05:00","text":"Salam, order 1001 kahan hai? Teen din ho gaye hain aur koi jawab nahi de raha.\nلاہور 😡"}
    {"at":"2026-11-01T23:40:12+05:00","text":null}
    {"at":"2026-11-02T00:05:00+05:00","text":"Called TCS, parcel is in Multan"}
    "#);
}
