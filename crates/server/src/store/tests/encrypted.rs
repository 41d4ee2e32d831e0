//! A database on another machine: encrypted, with a certificate that is vouched for, or not at all.

use std::path::Path;

use super::super::{Lane, postgres};
use super::*;
use crate::StartError;

const ENCRYPTED: &str = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";

/// A cluster, its certificate for `localhost` in a file, and a database of it.
struct Elsewhere {
    cluster: Cluster,
    database: String,
    dir: tempfile::TempDir,
}

impl Elsewhere {
    fn open() -> Self {
        let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("ca.pem"), issued.cert.pem()).unwrap();
        let cluster = Cluster::encrypted(&issued.cert.pem(), &issued.signing_key.serialize_pem());
        let database = cluster.database();
        Self {
            cluster,
            database,
            dir,
        }
    }

    fn url(&self, host: &str, query: &str) -> String {
        let authorities = self.dir.path().join("ca.pem").display().to_string();
        let query = query.replace("CA", &authorities.replace('/', "%2F"));
        format!("{}?{query}", self.cluster.by_network(&self.database, host))
    }

    fn open_lane(&self, host: &str, query: &str) -> Result<Lane, StartError> {
        Lane::open(&Database::Postgres(self.url(host, query)), Path::new(""))
    }
}

#[test]
fn a_certificate_is_vouched_for_or_nothing_is_said() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let there = Elsewhere::open();
    let encrypted = "sslmode=verify-full&sslrootcert=CA";
    for (host, query, code, why) in [
        ("localhost", "sslmode=require", 9, "sslrootcert"),
        ("127.0.0.1", encrypted, 9, "not valid for name"),
        (
            "localhost",
            "sslmode=require&sslrootcert=/nowhere.pem",
            9,
            "/nowhere.pem",
        ),
        ("localhost", "sslmode=sometimes", 2, "sslmode"),
    ] {
        let refused = there.open_lane(host, query).err().unwrap();
        assert_eq!(refused.exit_code(), code, "{query}: {refused}");
        assert!(refused.to_string().contains(why), "{query}: {refused}");
    }
    let mut lane = there.open_lane("localhost", encrypted).unwrap();
    let is_encrypted = lane.write(|db| db.one(ENCRYPTED, &[], |row| row.get::<bool>("ssl")));
    assert!(is_encrypted.unwrap());
    let mut plain = there.open_lane("127.0.0.1", "sslmode=disable").unwrap();
    let is_encrypted = plain.write(|db| db.one(ENCRYPTED, &[], |row| row.get::<bool>("ssl")));
    assert!(!is_encrypted.unwrap());
}

/// Writers, readers and the word between servers go the same way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clinic_elsewhere_is_served_encrypted_in_every_connection() {
    if !frontdesk_postgres::wanted() {
        return;
    }
    let there = Elsewhere::open();
    let url = there.url("localhost", "sslmode=require&sslrootcert=CA");
    let world = World::of(Database::Postgres(url.clone())).await;
    assert!(applied(
        &world.decide(1, book(1, 1, 1, PLAIN, (60, 30))).await
    ));
    world.holds_true().await;
    let (_client, wire) = postgres::Address::of(&url)
        .unwrap()
        .connect()
        .await
        .unwrap();
    tokio::spawn(wire);
    let all = "select bool_and(s.ssl), count(*) > 2 from pg_stat_activity a join pg_stat_ssl s using (pid)
        where a.application_name = 'frontdesk-server'";
    assert_eq!(there.cluster.rows(&there.database, all), ["t|t"]);
}
