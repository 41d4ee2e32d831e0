//! One line when it is ready, one sentence when it is not.

use std::net::TcpListener;

use crate::program::{assert_refused, program, run, serve, with_stdin};

#[cfg(unix)]
#[test]
fn a_demo_server_says_where_it_listens_and_who_can_sign_in_and_keeps_its_clinic() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("new").join("folder");
    let (code, out, err) = serve(&data, &["--demo"]).stop();
    assert_eq!((code, out.as_str()), (Some(0), ""));
    assert!(
        err.contains("reception1, reception2, therapist, manager"),
        "{err}"
    );

    let path = data.to_str().unwrap();
    let added = with_stdin(
        &["user", "add", "--data", path, "anna", "--role", "manager"],
        "a long password\n",
    );
    assert!(added.status.success(), "{added:?}");
    let (code, ..) = serve(&data, &["--demo"]).stop();
    assert_eq!(code, Some(0));
    let listed = run(&["user", "list", "--data", path]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert_eq!(listed.lines().count(), 5, "{listed}");
    assert!(
        listed
            .lines()
            .any(|line| line.starts_with("anna") && line.contains("manager"))
    );
}

#[test]
fn a_folder_that_another_server_uses_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = serve(dir.path(), &[]);
    let path = dir.path().to_str().unwrap();
    let second = run(&["serve", "--data", path, "--listen", "127.0.0.1:0"]);
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    assert!(!first.url.is_empty());
    assert_refused(&second, 5, "Another frontdesk-server");
}

#[test]
fn what_cannot_be_logged_by_is_a_wrong_argument() {
    let output = run(&["--log", "server=loudly", "openapi"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty());
}

#[test]
fn an_address_in_use_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let path = dir.path().to_str().unwrap();
    let output = run(&["serve", "--data", path, "--listen", &address]);
    assert_refused(&output, 6, &address);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a-file");
    std::fs::write(&file, "not a folder").unwrap();
    let inside = file.join("data");
    let output = run(&["serve", "--data", inside.to_str().unwrap()]);
    assert_refused(&output, 3, "cannot be used");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "not a folder");
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("clinic.sqlite");
    let text = "a letter, not a database, and longer than one hundred bytes so that it is looked at \
                more closely than an empty file";
    std::fs::write(&file, text).unwrap();
    let output = run(&["serve", "--data", dir.path().to_str().unwrap()]);
    assert_refused(&output, 3, "clinic.sqlite");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_user_needs_a_clinic_and_a_password() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap();
    let add = ["user", "add", "--data", path, "anna", "--role", "manager"];
    let nothing = with_stdin(&add, "a long password\n");
    assert_refused(&nothing, 3, "no clinic's data");
    assert!(run(&["migrate", "--data", path]).status.success());
    assert_refused(
        &with_stdin(&add, "a long password\n"),
        1,
        "no clinic here yet",
    );
    assert_refused(&with_stdin(&add, ""), 2, "No password");
    let passwd = ["user", "passwd", "--data", path, "anna"];
    assert_refused(
        &with_stdin(&passwd, "a long password\n"),
        1,
        "no user 'anna'",
    );
}

#[test]
fn the_reference_clinic_is_made_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap();
    let demo = [
        "demo",
        "--data",
        path,
        "--practitioners",
        "3",
        "--appointments",
        "40",
    ];
    let made = run(&demo);
    let text = String::from_utf8(made.stdout).unwrap();
    assert_eq!(text, "3 practitioners, 6 patients, 40 appointments\n");
    assert_refused(&run(&demo), 1, "has a clinic already");
}

#[test]
fn help_has_examples_and_every_flag_has_a_variable() {
    for arguments in [
        &["--help"][..],
        &["serve", "--help"],
        &["demo", "--help"],
        &["user", "add", "--help"],
        &["init", "--help"],
        &["backup", "--help"],
        &["verify", "--help"],
    ] {
        let help = String::from_utf8(run(arguments).stdout).unwrap();
        let flags: Vec<&str> = help.split("\n      --").skip(1).collect();
        assert!(!flags.is_empty(), "{help}");
        for flag in flags {
            assert!(flag.contains("FRONTDESK_"), "--{flag}");
        }
    }
    let help = String::from_utf8(run(&["--help"]).stdout).unwrap();
    assert!(help.contains("frontdesk-server serve --data") && help.contains("Exit codes"));
}

#[test]
fn a_switch_is_set_by_its_variable_as_people_write_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a file");
    std::fs::write(&file, "").unwrap();
    for value in ["1", "true", "0", ""] {
        let output = program()
            .args(["serve", "--data"])
            .arg(file.join("data"))
            .env("FRONTDESK_DEMO", value)
            .output()
            .unwrap();
        // The command line was understood; the folder is what is wrong.
        assert_eq!(output.status.code(), Some(3), "{value:?}: {output:?}");
    }
}
