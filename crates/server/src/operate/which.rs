//! Which of several clinics is meant: several may share one database.

use frontdesk_domain::ClinicId;

use crate::store::StoreError;
use crate::store::sql::Db;

/// Why it is not clear which clinic is meant.
#[derive(Debug, thiserror::Error)]
pub enum WhichClinic {
    /// None is there.
    #[error("There is no clinic here yet: `frontdesk-server init` begins one.")]
    None,
    /// It was not said.
    #[error("There are several clinics: say which by --clinic. There are: {0}.")]
    Several(String),
    /// None of that name is there, or more than one.
    #[error("--clinic '{wanted}' does not name one clinic. There are: {there}.")]
    Unclear {
        /// What was said.
        wanted: String,
        /// Each with its id, which names it too.
        there: String,
    },
}

/// The only clinic, or the one of this name or id.
pub(crate) fn clinic(
    db: &dyn Db,
    wanted: Option<&str>,
) -> Result<Result<ClinicId, WhichClinic>, StoreError> {
    let all = clinics(db)?;
    let named = |(id, name): &&(ClinicId, String)| {
        wanted.is_none_or(|wanted| wanted == name || wanted == id.to_string())
    };
    let fitting: Vec<_> = all.iter().filter(named).collect();
    Ok(match (fitting.as_slice(), wanted) {
        _ if all.is_empty() => Err(WhichClinic::None),
        ([(clinic, _)], _) => Ok(*clinic),
        (_, None) => Err(WhichClinic::Several(names(&all))),
        (_, Some(wanted)) => Err(WhichClinic::Unclear {
            wanted: wanted.to_owned(),
            there: names(&all),
        }),
    })
}

fn clinics(db: &dyn Db) -> Result<Vec<(ClinicId, String)>, StoreError> {
    db.all(
        "select clinic_id, name from clinic order by name, clinic_id",
        &[],
        |row| Ok((ClinicId(row.get("clinic_id")?), row.get("name")?)),
    )
}

fn names(clinics: &[(ClinicId, String)]) -> String {
    let each = clinics.iter().map(|(id, name)| format!("{name} ({id})"));
    each.collect::<Vec<_>>().join(", ")
}
