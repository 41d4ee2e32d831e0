//! Two clinics in one database, served by one server.

use frontdesk_domain::{ClinicId, Role};
use frontdesk_protocol::{SnapshotRow, SnapshotTrailer};
use frontdesk_server::operate::{self, CheckedExport, Records};
use frontdesk_server::{NewUser, Server, ServerConfig, Users, demo};
use sha2::{Digest as _, Sha256};

use super::{Clinic, draw};
use crate::{Engine, PASSWORD, new_id};

/// What every name of the second clinic begins with; its people sign in by `south.` and their name.
pub const SOUTH: &str = "South ";

impl Clinic {
    /// The clinic of [`Self::on`] and its copy, in which every row but the clinic itself has the very
    /// id that it has in the first: nothing but the clinic tells them apart.
    pub async fn tenants(engine: Engine) -> Self {
        let fill = async |server: &Server, config: &ServerConfig| {
            draw(server, 3, 600, 1, config.clock.now()).await;
            copy_to_the_south(server, config).await;
        };
        Self::filled(engine, fill).await
    }
}

async fn copy_to_the_south(server: &Server, config: &ServerConfig) {
    let file = config.data_dir.join("copy.ndjson");
    let records = Records::open(config).unwrap();
    records.export(&file, None).await.unwrap();
    let south = new_id::<ClinicId>().to_string();
    let copy = renamed(&std::fs::read_to_string(&file).unwrap(), &south);
    std::fs::write(&file, copy).unwrap();
    let copied = CheckedExport::of(&file, false).unwrap();
    operate::import(server, copied).await.unwrap();
    let config = config.clone();
    let hired = tokio::task::spawn_blocking(move || hire(&config, &south));
    hired.await.unwrap();
}

/// An export as that of another clinic.
fn renamed(export: &str, id: &str) -> String {
    let clinic: SnapshotRow = serde_json::from_str(export.lines().nth(1).unwrap()).unwrap();
    let (rows, trailer) = export.trim_end().rsplit_once('\n').unwrap();
    let rows = rows.replace(&clinic.id.to_string(), id);
    let rows = rows.replace(r#""name":""#, &format!(r#""name":"{SOUTH}"#)) + "\n";
    let trailer = SnapshotTrailer {
        sha256: hex::encode(Sha256::digest(&rows)),
        ..serde_json::from_str(trailer).unwrap()
    };
    rows + &serde_json::to_string(&trailer).unwrap() + "\n"
}

fn hire(config: &ServerConfig, south: &str) {
    let mut users = Users::of(&config.database, &config.data_dir).unwrap();
    for (login, name, role) in demo::SIGN_INS {
        // Whoever treats patients would have to be named: the others are enough.
        if role != Role::Practitioner {
            let new = NewUser {
                login: format!("south.{login}"),
                name: format!("{SOUTH}{name}"),
                role,
                practitioner_id: None,
            };
            users.add(Some(south), &new, PASSWORD).unwrap();
        }
    }
}
