//! What is wrong with a clinic, or with a file that is to become one, is told line by line, and the
//! program's exit code says that there is something.

use std::path::Path;

use frontdesk_postgres::Cluster;

use crate::program::{assert_refused, run};

/// Where a clinic lies: a folder, or a database.
enum Place {
    Folder(String),
    Database(String),
}

impl Place {
    /// New ones below `dir`, one for each engine that is wanted here.
    fn each(dir: &Path, name: &str) -> Vec<Self> {
        let mut places = vec![Self::Folder(dir.join(name).to_str().unwrap().to_owned())];
        if frontdesk_postgres::wanted() {
            places.push(Self::Database(Cluster::shared().database()));
        }
        places
    }

    fn run(&self, words: &[&str]) -> std::process::Output {
        let here = match self {
            Self::Folder(folder) => ["--data", folder],
            Self::Database(url) => ["--database", url],
        };
        run(&[words, &here].concat())
    }

    fn demo(&self) {
        let plan = ["demo", "--practitioners", "3", "--appointments", "40"];
        assert!(self.run(&plan).status.success());
    }

    /// As somebody with the database's own tools does.
    fn reach_past(&self, sql: &str) {
        match self {
            Self::Folder(folder) => {
                let db = rusqlite::Connection::open(Path::new(folder).join("clinic.sqlite"));
                let sql = format!("pragma foreign_keys = off; {sql}");
                db.unwrap().execute_batch(&sql).unwrap();
            }
            Self::Database(url) => {
                let sql = format!("set session_replication_role = replica; {sql}");
                assert!(Cluster::shared().rows(url, &sql).is_empty());
            }
        }
    }

    fn holds(&self, says: &str) {
        let verified = self.run(&["verify"]);
        let told = String::from_utf8(verified.stdout).unwrap();
        assert!(verified.status.success() && told.contains(says), "{told}");
    }
}

#[test]
fn what_verify_finds_is_printed_line_by_line_and_the_exit_code_says_that_there_is_something() {
    let dir = tempfile::tempdir().unwrap();
    for place in Place::each(dir.path(), "data") {
        place.demo();
        place.holds("(clinics: 1, visits: 40, acts: ");
        place.reach_past("update feed set seq = seq + 1");
        place.reach_past("update schedule set practitioner_id = schedule_id");
        let verified = place.run(&["verify"]);
        assert_eq!(verified.status.code(), Some(1));
        let printed = String::from_utf8(verified.stdout).unwrap();
        let mut promises: Vec<_> = printed
            .lines()
            .map(|line| line.split_once(" (clinic ").unwrap().0)
            .collect();
        let count = promises.len();
        promises.dedup();
        assert_eq!(promises, ["orphan", "seq"], "{printed}");
        let orphan = ": 1 rows of schedule name the practitioner ";
        assert!(printed.contains(orphan), "{printed}");
        assert!(printed.ends_with(": 2 to 2 are missing\n"), "{printed}");
        let error = String::from_utf8(verified.stderr).unwrap();
        let sentence = format!("{count} promises do not hold: keep the data as it is");
        assert!(error.contains(&sentence), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}

/// Of a file whose third visit names a service that is not there.
#[test]
fn a_bad_line_of_an_import_is_told_with_its_number_and_only_left_out_when_that_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let [from, ..] = &Place::each(dir.path(), "from")[..] else {
        unreachable!("a folder is always wanted");
    };
    from.demo();
    let file = dir.path().join("clinic.ndjson");
    let name = file.to_str().unwrap();
    assert!(from.run(&["export", name]).status.success());
    let line = spoil(&file);
    for to in Place::each(dir.path(), "to") {
        let refused = to.run(&["import", name]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(refused.stdout.is_empty());
        let error = String::from_utf8(refused.stderr).unwrap();
        let [bad, sentence] = error.lines().collect::<Vec<_>>()[..] else {
            panic!("{error}");
        };
        let told = format!("line {line}: ");
        assert!(
            bad.starts_with(&told) && bad.contains("names the service"),
            "{bad}"
        );
        assert!(sentence.contains("1 line of the file cannot be taken over, so nothing was"));
        // Not even a schema was made.
        assert_refused(&to.run(&["verify"]), 3, "no clinic's data");

        let taken = to.run(&["import", name, "--skip-bad"]);
        let printed = String::from_utf8(taken.stdout).unwrap();
        assert!(taken.status.success(), "{printed}");
        let told = "of these visits: 39, lines left out: 1)\n";
        assert!(printed.ends_with(told), "{printed}");
        let besides = String::from_utf8(taken.stderr).unwrap();
        assert_eq!(besides.lines().next(), Some(bad));
        to.holds("(clinics: 1, visits: 39, acts: ");
    }
}

/// With a digest that fits again. Says which line it was.
fn spoil(file: &Path) -> usize {
    use sha2::{Digest as _, Sha256};
    let text = std::fs::read_to_string(file).unwrap();
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    lines.pop();
    let visits = lines.iter().enumerate();
    let mut visits = visits.filter(|(_, line)| line.starts_with(r#"{"kind":"appointment""#));
    let (at, line) = visits.nth(2).unwrap();
    let mut visit: serde_json::Value = serde_json::from_str(line).unwrap();
    visit["row"]["service_id"] = serde_json::json!(uuid::Uuid::nil());
    lines[at] = visit.to_string();
    let rows = lines.len() - 1;
    let whole: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let sha256 = hex::encode(Sha256::digest(whole.as_bytes()));
    let trailer = format!("{{\"rows\":{rows},\"sha256\":\"{sha256}\"}}\n");
    std::fs::write(file, whole + &trailer).unwrap();
    at + 1
}
