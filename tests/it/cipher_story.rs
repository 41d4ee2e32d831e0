//! The cache on the disk: encrypted, and readable by nobody without the key.

use std::path::Path;

use frontdesk_desk::view::{NoArguments, PatientQuery};
use frontdesk_desk::{Desk, DeskConfig, DeskError, KeySource};
use frontdesk_tests::{Clinic, TestDesk};

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_cache_shows_no_patient_to_whoever_takes_the_disk() {
    let clinic = Clinic::small().await;
    let locked = TestDesk::locked_by(clinic.line().await, "a long passphrase").await;
    let open = clinic.desk("reception1").await;
    locked.sign_in_as("reception1").await;
    let names = patient_names(&locked).await;
    assert!(names.len() > 3);
    assert!(locked.session(NoArguments {}).await.unwrap().encrypted);

    let locked = locked.restarted().await;

    for name in names {
        assert!(
            holds(open.data(), &name),
            "the search would find {name} in a plain file"
        );
        assert!(
            !holds(locked.data(), &name),
            "{name} lies readable on the disk"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_passphrase_opens_nothing_and_says_so() {
    let clinic = Clinic::small().await;
    let desk = TestDesk::locked_by(clinic.line().await, "right").await;
    desk.sign_in_as("reception1").await;
    let data = desk.put_away().await;
    for key in [KeySource::passphrase("wrong"), KeySource::Unencrypted] {
        let config = DeskConfig {
            server: clinic.url(),
            server_ca: None,
            data_dir: (*data).as_ref().to_owned(),
            key,
            profile: "default".to_owned(),
            device_name: "thief".to_owned(),
            demo: false,
        };
        match Desk::open(config).await {
            Err(DeskError::Key(error)) => assert!(error.to_string().contains("use")),
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("it opened"),
        }
    }
}

async fn patient_names(desk: &TestDesk) -> Vec<String> {
    let mut names = Vec::new();
    for text in ["a", "b", "e", "k", "m", "s"] {
        let query = PatientQuery {
            text: text.to_owned(),
        };
        let found = desk.search_patients(query).await.unwrap().patients;
        names.extend(found.into_iter().map(|patient| patient.name));
    }
    names
}

/// True when any file below the folder holds the text, in any of SQLite's encodings for text.
fn holds(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, text);
        }
        let bytes = std::fs::read(&path).unwrap();
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    })
}
