//! A clinic's life in the hands of its operator.

use std::path::Path;
use std::process::Output;

use frontdesk_postgres::Cluster;

use crate::program::{assert_refused, run, serve, with_stdin};

/// A clinic of a few, in its folder.
fn demo(data: &Path) {
    let made = on(
        data,
        &["demo"],
        &["--practitioners", "3", "--appointments", "40"],
    );
    assert!(made.status.success(), "{made:?}");
}

fn on(data: &Path, command: &[&str], more: &[&str]) -> Output {
    run(&[command, &["--data", data.to_str().unwrap()], more].concat())
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_running_clinic_is_kept_looked_at_and_moved_to_postgresql() {
    let dir = tempfile::tempdir().unwrap();
    let (data, kept) = (dir.path().join("data"), dir.path().join("kept"));
    demo(&data);
    let kept = kept.to_str().unwrap();
    let mut server = serve(&data, &[]);
    let backup = said(&on(&data, &["backup"], &[kept]));
    assert!(
        backup.ends_with(&format!("rows kept in {kept}\n")),
        "{backup}"
    );
    assert!(said(&on(&data, &["verify"], &[])).contains("(clinics: 1, visits: 40, acts: "));
    // What writes is for when no server runs.
    assert_refused(&on(&data, &["restore"], &[kept, "--replace"]), 5, "Another");
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    assert_refused(&on(&data, &["restore"], &[kept]), 1, "--replace");
    assert!(said(&on(&data, &["restore"], &[kept, "--replace"])).contains("rows restored"));

    if frontdesk_postgres::wanted() {
        let url = Cluster::shared().database();
        let there = ["--database", url.as_str()];
        let restored = said(&run(&[&["restore", kept], &there[..]].concat()));
        assert!(restored.contains("rows restored"), "{restored}");
        let verified = said(&run(&[&["verify"], &there[..]].concat()));
        assert!(
            verified.contains("(clinics: 1, visits: 40, acts: "),
            "{verified}"
        );
    }
}

#[test]
fn a_real_clinic_is_begun_and_its_manager_can_sign_in() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let init = [
        "init",
        "--data",
        data,
        "Praxis am Markt",
        "--time-zone",
        "Europe/Berlin",
        "--manager",
        "maria",
    ];
    assert_refused(&with_stdin(&init, "short\n"), 1, "8 characters");
    assert!(with_stdin(&init, "a long password\n").status.success());
    let users = said(&run(&["user", "list", "--data", data]));
    assert!(
        users.starts_with("maria") && users.contains("manager"),
        "{users}"
    );
}

/// Each clinic has its own people: nobody is added to the wrong one because it was begun first.
#[test]
fn of_two_clinics_in_one_database_each_gets_its_own_users() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let mut places = vec![vec!["--data", data]];
    let url = frontdesk_postgres::wanted().then(|| Cluster::shared().database());
    places.extend(url.iter().map(|url| vec!["--database", url]));
    for place in places {
        let here = |words: &[&str]| {
            let words = [words, &place[..]].concat();
            with_stdin(&words, "a long password\n")
        };
        let init = |name, manager| {
            let zone = ["--time-zone", "Europe/Berlin", "--manager", manager];
            here(&[&["init", name][..], &zone].concat())
        };
        let add = |login, of: &[&str]| {
            let user = ["user", "add", login, "--role", "receptionist"];
            here(&[&user[..], of].concat())
        };
        said(&init("North", "nora"));
        said(&add("nils", &[]));
        assert_refused(&init("North", "other"), 1, "'North' already");
        said(&init("South", "sami"));
        assert_refused(&add("sven", &[]), 1, "There are: North (");
        assert_refused(&add("sven", &["--clinic", "East"]), 1, "South (");
        said(&add("sven", &["--clinic", "South"]));
        let users = said(&here(&["user", "list"]));
        let of = |login: &str| {
            let line = users.lines().find(|line| line.starts_with(login));
            line.and_then(|line| line.split_whitespace().last())
        };
        assert_eq!([of("nora"), of("nils")], [Some("North"); 2], "{users}");
        assert_eq!([of("sami"), of("sven")], [Some("South"); 2], "{users}");
    }
}

#[test]
fn who_may_sign_in_and_where_is_said_at_the_terminal() {
    let dir = tempfile::tempdir().unwrap();
    demo(dir.path());
    let user = |words: &[&str], more: &[&str]| on(dir.path(), &[&["user"], words].concat(), more);
    let line = || {
        let users = said(&user(&["list"], &[]));
        let line = users.lines().find(|line| line.starts_with("reception1"));
        line.unwrap().to_owned()
    };
    said(&user(&["disable", "reception1"], &[]));
    assert!(line().ends_with("(inactive)"), "{}", line());
    said(&user(&["enable", "reception1"], &[]));
    said(&user(&["role", "reception1"], &["--role", "manager"]));
    assert!(line().contains("manager") && !line().contains("(inactive)"));
    assert_refused(&user(&["disable", "nobody"], &[]), 1, "'nobody'");

    let device = |words: &[&str], more: &[&str]| on(dir.path(), words, more);
    assert_eq!(said(&device(&["device", "list"], &[])), "");
    let id = "0190b6a2-0000-7000-8000-000000000001";
    assert_refused(&device(&["device", "revoke"], &[id]), 1, "`device list`");
}

#[test]
fn an_export_is_imported_and_a_bad_line_is_told_by_its_number() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("data"), dir.path().join("clinic.ndjson"));
    demo(&data);
    let name = file.to_str().unwrap();
    assert!(said(&on(&data, &["export"], &[name])).contains("rows exported"));
    let other = dir.path().join("other");
    let imported = said(&on(&other, &["import"], &[name]));
    assert!(
        imported.contains("of these visits: 40, lines left out: 0"),
        "{imported}"
    );
    assert!(said(&on(&other, &["verify"], &[])).contains("(clinics: 1, visits: 40, acts: "));

    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(
        &file,
        text.replacen("\"kind\":\"schedule\"", "\"kind\":\"schedul\"", 1),
    )
    .unwrap();
    let third = dir.path().join("third");
    assert_refused(&on(&third, &["import"], &[name]), 1, "digest does not fit");
}

#[test]
fn what_is_not_there_or_not_of_this_version_is_told_in_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    assert_refused(&on(&data, &["verify"], &[]), 3, "no clinic's data");
    let made = said(&on(&data, &["migrate"], &[]));
    assert!(
        made.starts_with("schema ") && made.ends_with(" made\n"),
        "{made}"
    );
    assert!(said(&on(&data, &["migrate"], &[])).ends_with("nothing to do\n"));
    let db = rusqlite::Connection::open(data.join("clinic.sqlite")).unwrap();
    db.execute(
        "update refinery_schema_history set version = 99 where version = 1",
        (),
    )
    .unwrap();
    drop(db);
    for command in ["verify", "serve", "migrate"] {
        assert_refused(&on(&data, &[command], &[]), 4, "newer");
    }
}

/// What can be looked at without the data is looked at first.
#[test]
fn a_wrong_file_or_word_leaves_no_folder_behind() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("data"), dir.path().join("file"));
    std::fs::write(&file, b"\x89PNG\r\n").unwrap();
    let (there, missing) = (file.to_str().unwrap(), "/nowhere/file");
    let init = ["init", "Praxis am Markt", "--manager", "maria"];
    for (code, command, more, why) in [
        (1, &["restore"][..], &[missing][..], "cannot be read"),
        (1, &["restore"], &[there], "not a backup"),
        (1, &["import"], &[missing], "cannot be read"),
        (1, &["import"], &[there], "not an export"),
        (1, &init, &["--time-zone", "Mars/Base"], "time zone"),
        (3, &["user", "list"], &[], "no clinic's data"),
        (3, &["user", "disable"], &["maria"], "no clinic's data"),
        (3, &["device", "list"], &[], "no clinic's data"),
        (3, &["backup"], &[there], "no clinic's data"),
        (3, &["export"], &[there], "no clinic's data"),
    ] {
        let words = [command, &["--data", data.to_str().unwrap()], more].concat();
        let refused = with_stdin(&words, "a long password\n");
        assert_refused(&refused, code, why);
        assert!(!data.exists(), "{words:?}");
    }
    let other = run(&["verify", "--database", "mysql://a@b/c"]);
    assert_refused(&other, 2, "only postgres://");
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let dir = tempfile::tempdir().unwrap();
    demo(dir.path());
    for command in ["backup", "export"] {
        let refused = on(dir.path(), &[command], &["/nowhere/kept"]);
        assert_refused(&refused, 1, "/nowhere/kept cannot be written");
    }
}

/// Whoever may only use the database needs no right to make anything in it.
#[test]
fn a_database_in_which_nothing_may_be_made_says_so_and_is_used_once_it_was_made() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let cluster = Cluster::shared();
    let url = cluster.database();
    let weak = url.replacen("postgres@", "weak@", 1);
    let asked = |sql: &str| assert!(cluster.rows(&url, sql).is_empty());
    asked("create role weak login");
    asked("revoke create on schema public from public");
    let refused = run(&["migrate", "--database", &weak]);
    assert_refused(&refused, 3, "make it the database's owner");
    said(&run(&["migrate", "--database", &url]));
    asked("grant select, insert, update on all tables in schema public to weak");
    assert_eq!(said(&run(&["user", "list", "--database", &weak])), "");
    let init = [
        "init",
        "North",
        "--time-zone",
        "Europe/Berlin",
        "--manager",
        "nora",
    ];
    let begun = with_stdin(
        &[&init[..], &["--database", &weak]].concat(),
        "a long password\n",
    );
    said(&begun);
    asked("revoke insert on all tables in schema public from weak");
    let add = [
        "user",
        "add",
        "nils",
        "--role",
        "manager",
        "--database",
        &weak,
    ];
    assert_refused(
        &with_stdin(&add, "a long password\n"),
        1,
        "permission denied",
    );
}
