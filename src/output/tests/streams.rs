use super::*;

#[test]
fn ids_prints_only_references_in_every_format() {
    for format in Format::value_variants() {
        let ids = Options {
            ids: true,
            ..options(*format)
        };
        assert_eq!(
            print(ids, Terminal::default(), nasty()),
            "C-1\nC-2\nC-3\nC-4\nC-5\nC-6\nC-7\n"
        );
    }
}

#[test]
fn quiet_prints_nothing_in_every_format() {
    for format in Format::value_variants() {
        let quiet = Options {
            quiet: true,
            ..options(*format)
        };
        assert_eq!(print(quiet, Terminal::default(), nasty()), "");
    }
}

#[test]
fn unknown_column_is_a_usage_error_that_lists_the_valid_ones() {
    let chosen = Options {
        columns: Some(vec!["conversation".into(), "statsu".into()]),
        ..options(Format::Csv)
    };
    let mut output = Output::new(chosen, Terminal::default(), Box::new(io::sink()), Box::new(io::sink()));
    let e = output.check_columns::<Line>().unwrap_err();
    assert_eq!(e.kind, Kind::Usage);
    assert_eq!(e.message, "there is no column \"statsu\"");
    assert_eq!(
        e.hint.as_deref(),
        Some("did you mean status? columns: conversation, status, phone, waiting, last, seen, labels, text")
    );
    assert_eq!(output.print_rows(nasty()).unwrap_err().kind, Kind::Usage);
}

#[test]
fn columns_can_be_set_at_run_time_and_can_be_empty() {
    for (format, some, none) in [
        (Format::Csv, "frt_p90\n12.346\n", ""),
        (Format::Tsv, "frt_p90\n12.346\n", ""),
        (Format::Json, "[\n{\"frt_p90\":12.346}\n]\n", "[\n{}\n]\n"),
        (Format::Jsonl, "{\"frt_p90\":12.346}\n", "{}\n"),
        (Format::Table, "frt_p90\n 12.346\n", ""),
    ] {
        for (columns, values, expected) in [
            (
                vec![Heading::new("frt_p90", "").right()],
                vec![Value::Float(12.345_6)],
                some,
            ),
            (vec![], vec![], none),
        ] {
            let out = Memory::default();
            let mut output = Output::new(
                options(format),
                Terminal::default(),
                Box::new(out.clone()),
                Box::new(io::sink()),
            );
            let mut rows = output.rows_of(columns).unwrap();
            rows.push_values(None, &values).unwrap();
            assert_eq!(rows.finish().unwrap(), 1);
            output.finish().unwrap();
            assert_eq!(out.text(), expected, "{format:?}");
        }
    }
}

#[test]
fn row_of_the_wrong_length_is_an_error_without_a_panic() {
    let mut output = Output::new(
        options(Format::Csv),
        Terminal::default(),
        Box::new(io::sink()),
        Box::new(io::sink()),
    );
    let mut rows = output.rows::<Line>().unwrap();
    assert_eq!(rows.push_values(None, &[Value::Null]).unwrap_err().kind, Kind::Failed);
}

struct Huge(String);

impl Row for Huge {
    fn columns() -> impl IntoIterator<Item = Column<Self>> {
        [
            Column::new("n", "A number.", |_: &Self| 1.into()),
            Column::new("text", "Long.", |r: &Self| Value::Customer(r.0.clone())),
        ]
    }
}

#[test]
fn huge_text_is_cut_in_tables_and_whole_in_json() {
    let texts = [
        "x".repeat(1 << 20),
        "ہ".repeat(1 << 19),
        "a\u{301}".repeat(1 << 18),
        format!("a{}", "\u{301}".repeat(1 << 19)),
    ];
    for text in texts {
        for (format, terminal, most) in [
            (Format::Table, screen(100), 1_000),
            (Format::Table, Terminal::default(), 8_000),
            (Format::Wide, Terminal::default(), 8_000),
            (Format::Json, Terminal::default(), usize::MAX),
        ] {
            let out = Memory::default();
            let mut output = Output::new(options(format), terminal, Box::new(out.clone()), Box::new(io::sink()));
            output.print_rows([Huge(text.clone())]).unwrap();
            output.finish().unwrap();
            assert!(out.text().len() <= most, "{format:?}: {}", out.text().len());
            if format == Format::Json {
                let parsed: serde_json::Value = serde_json::from_str(&out.text()).unwrap();
                assert_eq!(parsed[0]["text"], json!(text));
            }
        }
    }
}

#[test]
fn table_of_many_rows_has_one_header_and_grows_without_losing_data() {
    let out = Memory::default();
    let mut output = Output::new(
        options(Format::Table),
        Terminal::default(),
        Box::new(out.clone()),
        Box::new(io::sink()),
    );
    let mut rows = output.rows::<Huge>().unwrap();
    for n in 0..2_500 {
        rows.push(&Huge(if n == 2_000 { "y".repeat(150) } else { "x".to_owned() }))
            .unwrap();
    }
    assert_eq!(rows.finish().unwrap(), 2_500);
    output.finish().unwrap();
    let text = out.text();
    assert_eq!(text.lines().count(), 2_501);
    assert_eq!(text.lines().filter(|line| line.starts_with('n')).count(), 1);
    assert!(text.contains(&"y".repeat(150)));
}

#[test]
fn following_shows_each_row_at_once_and_stays_valid() {
    for (format, after_one, after_all) in [
        (
            Format::Jsonl,
            "{\"n\":1,\"text\":\"a\"}\n",
            "{\"n\":1,\"text\":\"a\"}\n{\"n\":1,\"text\":\"b\"}\n",
        ),
        (
            Format::Json,
            "[\n{\"n\":1,\"text\":\"a\"}",
            "[\n{\"n\":1,\"text\":\"a\"},\n{\"n\":1,\"text\":\"b\"}\n]\n",
        ),
        (Format::Csv, "n,text\n1,a\n", "n,text\n1,a\n1,b\n"),
        (Format::Tsv, "n\ttext\n1\ta\n", "n\ttext\n1\ta\n1\tb\n"),
        (Format::Table, "n  text\n1  a\n", "n  text\n1  a\n1  b\n"),
    ] {
        let out = Memory::default();
        let mut output = Output::new(
            options(format),
            Terminal::default(),
            Box::new(out.clone()),
            Box::new(io::sink()),
        );
        let mut rows = output.rows::<Huge>().unwrap();
        rows.flush().unwrap();
        rows.push(&Huge("a".into())).unwrap();
        rows.flush().unwrap();
        assert_eq!(out.text(), after_one);
        rows.push(&Huge("b".into())).unwrap();
        rows.finish().unwrap();
        output.finish().unwrap();
        assert_eq!(out.text(), after_all);
    }
}

#[test]
fn closed_stdout_is_ignored_and_a_full_disk_is_an_error() {
    for format in Format::value_variants() {
        let err = Memory::default();
        let gone = Box::new(Refuses(io::ErrorKind::BrokenPipe));
        let mut output = Output::new(options(*format), Terminal::default(), gone, Box::new(err.clone()));
        output.print_rows(nasty()).unwrap();
        output.finish().unwrap();
        assert!(output.closed());
        assert_eq!(err.text(), "");

        let full = Box::new(Refuses(io::ErrorKind::StorageFull));
        let mut output = Output::new(options(*format), Terminal::default(), full, Box::new(io::sink()));
        let printed = output.print_rows(nasty()).and_then(|_| output.finish());
        assert_eq!(printed.unwrap_err().kind, Kind::Failed);
    }
}

#[test]
fn messages_on_stderr_follow_the_format_and_quiet_keeps_errors() {
    let say = |options: Options| {
        let (out, err) = (Memory::default(), Memory::default());
        let mut output = Output::new(
            options,
            Terminal::default(),
            Box::new(out.clone()),
            Box::new(err.clone()),
        );
        output.note("10 of 400 shown");
        output.warn("C-1 changed meanwhile");
        output.error(&Error::not_found("no conversation C-9").hint("inbox list"));
        assert_eq!(out.text(), "");
        err.text()
    };
    assert_snapshot!(say(options(Format::Csv)), @r#"
    note: 10 of 400 shown
    warning: C-1 changed meanwhile
    error: no conversation C-9
    hint: inbox list
    "#);
    assert_snapshot!(say(options(Format::Jsonl)), @r#"
    {"note":{"message":"10 of 400 shown"}}
    {"warning":{"message":"C-1 changed meanwhile"}}
    {"error":{"code":"not_found","message":"no conversation C-9","hint":"inbox list"}}
    "#);
    let quiet = Options {
        quiet: true,
        ..options(Format::Table)
    };
    assert_snapshot!(say(quiet), @r#"
    error: no conversation C-9
    hint: inbox list
    "#);
}

#[test]
fn short_output_is_not_paged() {
    let out = Memory::default();
    let terminal = Terminal {
        no_color: true,
        pager: Some("cat > /dev/null".into()),
        ..screen(100)
    };
    let mut output = Output::new(
        options(Format::Table),
        terminal,
        Box::new(out.clone()),
        Box::new(io::sink()),
    );
    output.page();
    output.print_rows(nasty()).unwrap();
    assert_eq!(out.text(), "");
    output.finish().unwrap();
    assert_eq!(out.text().lines().count(), 8);
}

#[test]
fn long_output_uses_the_named_pager() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("paged");
    let out = Memory::default();
    let terminal = Terminal {
        lines: Some(5),
        pager: Some(format!("cat > '{}'", file.display())),
        ..screen(100)
    };
    let mut output = Output::new(
        options(Format::Table),
        terminal,
        Box::new(out.clone()),
        Box::new(io::sink()),
    );
    output.page();
    output.print_rows(nasty()).unwrap();
    output.finish().unwrap();
    assert_eq!(out.text(), "");
    assert_eq!(fs_err::read_to_string(file).unwrap().lines().count(), 8);
}

#[test]
fn pager_closed_early_is_not_an_error() {
    let terminal = Terminal {
        lines: Some(5),
        pager: Some("true".into()),
        ..screen(100)
    };
    let mut output = Output::new(
        options(Format::Table),
        terminal,
        Box::new(io::sink()),
        Box::new(io::sink()),
    );
    output.page();
    let mut rows = output.rows::<Line>().unwrap();
    for _ in 0..20_000 {
        rows.push(&line("C-1", "hello")).unwrap();
        if rows.closed() {
            break;
        }
    }
    rows.finish().unwrap();
    output.finish().unwrap();
    assert!(output.closed());
}
