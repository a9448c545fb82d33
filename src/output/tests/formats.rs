use super::*;

#[test]
fn table_off_a_terminal_has_full_rows_and_absolute_times() {
    assert_snapshot!(print(options(Format::Table), Terminal::default(), nasty()), @r#"
    conversation  status   phone          waiting  last              text
    C-1           open     +923001234567   2h 05m  2026-11-02 00:30  السلام علیکم، میرا آرڈر #1001 لاہور کہاں ہے؟
    C-2           open     +923001234567   2h 05m  2026-11-02 00:30  =HYPERLINK("http://x","y")
    C-3           open     +923001234567   2h 05m  2026-11-02 00:30  \x1b[31mred\x1b]0;title\x07 \x9b2J\x7f\x00
    C-4           open     +923001234567   2h 05m  2026-11-02 00:30  two⏎lines, and "quotes"⏎\n
    C-5           open     +923001234567   2h 05m  2026-11-02 00:30  👨‍👩‍👧‍👦 👍🏽 ❤️ 🇵🇰 ok
    C-6           open     +923001234567   2h 05m  2026-11-02 00:30  abc\u{202e}cba Ali zw
    C-7           snoozed  +923001234567        -  2026-11-02 00:30  -
    "#);
}

#[test]
fn wide_table_has_every_column() {
    assert_snapshot!(print(options(Format::Wide), Terminal::default(), nasty()), @r#"
    conversation  status   phone          waiting  last              seen                 labels       text
    C-1           open     +923001234567   2h 05m  2026-11-02 00:30  2026-11-02 00:30:00  cod, urgent  السلام علیکم، میرا آرڈر #1001 لاہور کہاں ہے؟
    C-2           open     +923001234567   2h 05m  2026-11-02 00:30  2026-11-02 00:30:00  cod, urgent  =HYPERLINK("http://x","y")
    C-3           open     +923001234567   2h 05m  2026-11-02 00:30  2026-11-02 00:30:00  cod, urgent  \x1b[31mred\x1b]0;title\x07 \x9b2J\x7f\x00
    C-4           open     +923001234567   2h 05m  2026-11-02 00:30  2026-11-02 00:30:00  cod, urgent  two⏎lines, and "quotes"⏎\n
    C-5           open     +923001234567   2h 05m  2026-11-02 00:30  2026-11-02 00:30:00  cod, urgent  👨‍👩‍👧‍👦 👍🏽 ❤️ 🇵🇰 ok
    C-6           open     +923001234567   2h 05m  2026-11-02 00:30  2026-11-02 00:30:00  cod, urgent  abc\u{202e}cba Ali zw
    C-7           snoozed  +923001234567        -  2026-11-02 00:30  2026-11-02 00:30:00  -            -
    "#);
}

#[test]
fn table_fills_a_terminal_of_100_columns_in_colour() {
    assert_snapshot!(print(options(Format::Table), screen(100), nasty()).replace('\x1b', "␛"), @r#"
    ␛[1mconversation␛[0m  ␛[1mstatus␛[0m   ␛[1mphone␛[0m          ␛[1mwaiting␛[0m  ␛[1mlast␛[0m    ␛[1mtext␛[0m
    C-1           ␛[32mopen␛[0m     +923001234567   2h 05m  5m ago  السلام علیکم، میرا آرڈر #1001 لاہور کہاں ہے؟
    C-2           ␛[32mopen␛[0m     +923001234567   2h 05m  5m ago  =HYPERLINK("http://x","y")
    C-3           ␛[32mopen␛[0m     +923001234567   2h 05m  5m ago  \x1b[31mred\x1b]0;title\x07 \x9b2J\x7f\x00
    C-4           ␛[32mopen␛[0m     +923001234567   2h 05m  5m ago  two⏎lines, and "quotes"⏎\n
    C-5           ␛[32mopen␛[0m     +923001234567   2h 05m  5m ago  👨‍👩‍👧‍👦 👍🏽 ❤️ 🇵🇰 ok
    C-6           ␛[32mopen␛[0m     +923001234567   2h 05m  5m ago  abc\u{202e}cba Ali zw
    C-7           ␛[2msnoozed␛[0m  +923001234567        -  5m ago  -
    "#);
}

#[test]
fn no_color_leaves_the_same_table_without_escapes() {
    let plain = Terminal {
        no_color: true,
        ..screen(100)
    };
    let colored = print(options(Format::Table), screen(100), nasty());
    let plain = print(options(Format::Table), plain, nasty());
    assert!(colored.contains('\x1b') && !plain.contains('\x1b'));
    let mut stripped = colored;
    for code in ["\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[32m"] {
        stripped = stripped.replace(code, "");
    }
    assert_eq!(stripped, plain);
}

#[test]
fn terminal_of_40_columns_shows_complete_records() {
    let terminal = Terminal {
        no_color: true,
        ..screen(40)
    };
    let text = print(options(Format::Table), terminal, nasty());
    for line in text.lines() {
        assert!(sanitize::width(line) <= 40, "{line}");
    }
    assert_snapshot!(text, @r#"
    conversation  C-1
    status        open
    phone         +923001234567
    waiting       2h 05m
    last          5m ago
    text          السلام علیکم، میرا آرڈر
                  #1001 لاہور کہاں ہے؟

    conversation  C-2
    status        open
    phone         +923001234567
    waiting       2h 05m
    last          5m ago
    text          =HYPERLINK("http://x","y")

    conversation  C-3
    status        open
    phone         +923001234567
    waiting       2h 05m
    last          5m ago
    text          \x1b[31mred\x1b]0;title\x0
                  7 \x9b2J\x7f\x00

    conversation  C-4
    status        open
    phone         +923001234567
    waiting       2h 05m
    last          5m ago
    text          two⏎lines, and "quotes"⏎\n

    conversation  C-5
    status        open
    phone         +923001234567
    waiting       2h 05m
    last          5m ago
    text          👨‍👩‍👧‍👦 👍🏽 ❤️ 🇵🇰 ok

    conversation  C-6
    status        open
    phone         +923001234567
    waiting       2h 05m
    last          5m ago
    text          abc\u{202e}cba Ali zw

    conversation  C-7
    status        snoozed
    phone         +923001234567
    waiting       -
    last          5m ago
    text          -
    "#);
}

#[test]
fn every_line_fits_the_terminal_without_control_characters() {
    for columns in [40, 60, 80, 100, 200] {
        let terminal = Terminal {
            no_color: true,
            ..screen(columns)
        };
        let text = print(options(Format::Table), terminal, nasty());
        assert!(text.lines().count() >= 8);
        for line in text.lines() {
            assert!(sanitize::width(line) <= columns.into(), "{columns}: {line}");
            assert!(!line.contains(char::is_control), "{line:?}");
        }
    }
}

#[test]
fn json_has_exact_customer_text_and_is_safe_to_print() {
    let text = print(options(Format::Json), Terminal::default(), nasty());
    let parsed: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let sent = nasty();
    assert_eq!(parsed.len(), sent.len());
    for (got, row) in parsed.iter().zip(&sent) {
        assert_eq!(got["text"], json!(row.text));
        assert_eq!(got["phone"], json!("+923001234567"));
    }
    assert!(!text.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'));
    assert_snapshot!(text, @r#"
    [
    {"conversation":"C-1","status":"open","phone":"+923001234567","waiting":7500.25,"last":"2026-11-02T00:30:00+05:00","seen":"2026-11-02T00:30:00+05:00","labels":["cod","urgent"],"text":"السلام علیکم، میرا آرڈر #1001 لاہور کہاں ہے؟"},
    {"conversation":"C-2","status":"open","phone":"+923001234567","waiting":7500.25,"last":"2026-11-02T00:30:00+05:00","seen":"2026-11-02T00:30:00+05:00","labels":["cod","urgent"],"text":"=HYPERLINK(\"http://x\",\"y\")"},
    {"conversation":"C-3","status":"open","phone":"+923001234567","waiting":7500.25,"last":"2026-11-02T00:30:00+05:00","seen":"2026-11-02T00:30:00+05:00","labels":["cod","urgent"],"text":"\u001b[31mred\u001b]0;title\u0007 \u009b2J\u007f\u0000"},
    {"conversation":"C-4","status":"open","phone":"+923001234567","waiting":7500.25,"last":"2026-11-02T00:30:00+05:00","seen":"2026-11-02T00:30:00+05:00","labels":["cod","urgent"],"text":"two\r\nlines,\tand \"quotes\"\n\n\n\\n\n"},
    {"conversation":"C-5","status":"open","phone":"+923001234567","waiting":7500.25,"last":"2026-11-02T00:30:00+05:00","seen":"2026-11-02T00:30:00+05:00","labels":["cod","urgent"],"text":"👨‍👩‍👧‍👦 👍🏽 ❤️ 🇵🇰 ok"},
    {"conversation":"C-6","status":"open","phone":"+923001234567","waiting":7500.25,"last":"2026-11-02T00:30:00+05:00","seen":"2026-11-02T00:30:00+05:00","labels":["cod","urgent"],"text":"abc\u202ecba \u2068Ali\u2069 z\u200bw\ufeff"},
    {"conversation":"C-7","status":"snoozed","phone":"+923001234567","waiting":null,"last":"2026-11-02T00:30:00+05:00","seen":"2026-11-02T00:30:00+05:00","labels":[],"text":""}
    ]
    "#);
}

#[test]
fn jsonl_is_one_object_per_line_in_column_order() {
    let chosen = Options {
        columns: Some(vec!["text".into(), "conversation".into(), "waiting".into()]),
        ..options(Format::Jsonl)
    };
    assert_snapshot!(print(chosen, Terminal::default(), nasty()), @r#"
    {"text":"السلام علیکم، میرا آرڈر #1001 لاہور کہاں ہے؟","conversation":"C-1","waiting":7500.25}
    {"text":"=HYPERLINK(\"http://x\",\"y\")","conversation":"C-2","waiting":7500.25}
    {"text":"\u001b[31mred\u001b]0;title\u0007 \u009b2J\u007f\u0000","conversation":"C-3","waiting":7500.25}
    {"text":"two\r\nlines,\tand \"quotes\"\n\n\n\\n\n","conversation":"C-4","waiting":7500.25}
    {"text":"👨‍👩‍👧‍👦 👍🏽 ❤️ 🇵🇰 ok","conversation":"C-5","waiting":7500.25}
    {"text":"abc\u202ecba \u2068Ali\u2069 z\u200bw\ufeff","conversation":"C-6","waiting":7500.25}
    {"text":"","conversation":"C-7","waiting":null}
    "#);
}

#[test]
fn csv_escapes_formulas_only_in_customer_text() {
    let text = print(options(Format::Csv), Terminal::default(), nasty());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), nasty().len());
    assert!(rows[1][7].starts_with("'=HYPERLINK"));
    assert_eq!(&rows[1][2], "+923001234567");
    assert_snapshot!(shown(&text), @r#"
    conversation,status,phone,waiting,last,seen,labels,text
    C-1,open,+923001234567,7500.25,2026-11-02T00:30:00+05:00,2026-11-02T00:30:00+05:00,"cod,urgent",السلام علیکم، میرا آرڈر #1001 لاہور کہاں ہے؟
    C-2,open,+923001234567,7500.25,2026-11-02T00:30:00+05:00,2026-11-02T00:30:00+05:00,"cod,urgent","'=HYPERLINK(""http://x"",""y"")"
    C-3,open,+923001234567,7500.25,2026-11-02T00:30:00+05:00,2026-11-02T00:30:00+05:00,"cod,urgent",\x1b[31mred\x1b]0;title\x07 \x9b2J\x7f\x00
    C-4,open,+923001234567,7500.25,2026-11-02T00:30:00+05:00,2026-11-02T00:30:00+05:00,"cod,urgent","two
    lines,	and ""quotes""


    \n
    "
    C-5,open,+923001234567,7500.25,2026-11-02T00:30:00+05:00,2026-11-02T00:30:00+05:00,"cod,urgent",👨‍👩‍👧‍👦 👍🏽 ❤️ 🇵🇰 ok
    C-6,open,+923001234567,7500.25,2026-11-02T00:30:00+05:00,2026-11-02T00:30:00+05:00,"cod,urgent",abc\u{202e}cba <FSI>Ali<PDI> z<ZWSP>w<BOM>
    C-7,snoozed,+923001234567,,2026-11-02T00:30:00+05:00,2026-11-02T00:30:00+05:00,,
    "#);
}

#[test]
fn tsv_is_one_line_per_row_with_escapes() {
    let text = print(options(Format::Tsv), Terminal::default(), nasty());
    assert_eq!(text.lines().count(), nasty().len() + 1);
    assert_snapshot!(shown(&text), @r#"
    conversation	status	phone	waiting	last	seen	labels	text
    C-1	open	+923001234567	7500.25	2026-11-02T00:30:00+05:00	2026-11-02T00:30:00+05:00	cod,urgent	السلام علیکم، میرا آرڈر #1001 لاہور کہاں ہے؟
    C-2	open	+923001234567	7500.25	2026-11-02T00:30:00+05:00	2026-11-02T00:30:00+05:00	cod,urgent	'=HYPERLINK("http://x","y")
    C-3	open	+923001234567	7500.25	2026-11-02T00:30:00+05:00	2026-11-02T00:30:00+05:00	cod,urgent	\x1b[31mred\x1b]0;title\x07 \x9b2J\x7f\x00
    C-4	open	+923001234567	7500.25	2026-11-02T00:30:00+05:00	2026-11-02T00:30:00+05:00	cod,urgent	two\r\nlines,\tand "quotes"\n\n\n\\n\n
    C-5	open	+923001234567	7500.25	2026-11-02T00:30:00+05:00	2026-11-02T00:30:00+05:00	cod,urgent	👨‍👩‍👧‍👦 👍🏽 ❤️ 🇵🇰 ok
    C-6	open	+923001234567	7500.25	2026-11-02T00:30:00+05:00	2026-11-02T00:30:00+05:00	cod,urgent	abc\u{202e}cba <FSI>Ali<PDI> z<ZWSP>w<BOM>
    C-7	snoozed	+923001234567		2026-11-02T00:30:00+05:00	2026-11-02T00:30:00+05:00
    "#);
}

#[test]
fn empty_result_keeps_its_shape() {
    let empty = |format| print(options(format), Terminal::default(), Vec::new());
    let names = ["conversation", "status", "phone", "waiting", "last", "text"];
    assert_eq!(empty(Format::Table).split_whitespace().collect::<Vec<_>>(), names);
    assert_eq!(
        empty(Format::Csv),
        "conversation,status,phone,waiting,last,seen,labels,text\n"
    );
    assert_eq!(
        empty(Format::Tsv),
        "conversation\tstatus\tphone\twaiting\tlast\tseen\tlabels\ttext\n"
    );
    assert_eq!(empty(Format::Json), "[]\n");
    assert_eq!(empty(Format::Jsonl), "");
    assert_eq!(print(options(Format::Table), screen(40), Vec::new()).lines().count(), 1);
    for format in [Format::Table, Format::Csv, Format::Tsv] {
        let bare = Options {
            header: false,
            ..options(format)
        };
        assert_eq!(print(bare, Terminal::default(), Vec::new()), "");
    }
}

#[test]
fn no_header_leaves_the_rows() {
    for format in [Format::Table, Format::Wide, Format::Csv, Format::Tsv] {
        let bare = Options {
            header: false,
            ..options(format)
        };
        let text = print(bare, Terminal::default(), vec![line("C-9", "hello")]);
        assert!(text.starts_with("C-9") && text.lines().count() == 1, "{text}");
    }
}
