//! People and services by what a person calls them.

use chrono::NaiveDate;
use frontdesk_desk::Desk;
use frontdesk_desk::view::{DaySheetQuery, NoArguments, PatientQuery};
use frontdesk_domain::{PatientId, PractitionerId, ServiceId};

use crate::failure::Failure;

/// The service of this name or id.
pub(crate) async fn service(desk: &Desk, text: &str) -> Result<ServiceId, Failure> {
    let all = desk.services(NoArguments {}).await?.services;
    let named = all
        .into_iter()
        .map(|service| (service.service_id, service.name));
    only_one("service", text, &named.collect::<Vec<_>>())
}

/// The practitioner of this name or id who has a column on that date.
pub(crate) async fn practitioner(
    desk: &Desk,
    text: &str,
    date: Option<NaiveDate>,
) -> Result<PractitionerId, Failure> {
    let columns = desk.day_sheet(DaySheetQuery { date }).await?.columns;
    let named = columns
        .into_iter()
        .map(|column| (column.practitioner_id, column.name));
    only_one("practitioner", text, &named.collect::<Vec<_>>())
}

/// The patient with this id, or the only one that a search finds.
pub(crate) async fn patient(desk: &Desk, text: &str) -> Result<PatientId, Failure> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let found = desk
        .search_patients(PatientQuery {
            text: text.to_owned(),
        })
        .await?
        .patients;
    match found.as_slice() {
        [one] => Ok(one.patient_id),
        [] => Err(Failure::value(
            "not_found",
            "no patient is found by that search",
        )),
        many => Err(Failure::Value {
            code: "ambiguous",
            sentence: "several patients are found by that search: name one by id".to_owned(),
            hints: many.iter().map(crate::output::patient).collect(),
        }),
    }
}

/// By id, by the whole name, or by a part of it that only one has; case does not matter.
fn only_one<Id: Copy + std::fmt::Display>(
    what: &'static str,
    text: &str,
    named: &[(Id, String)],
) -> Result<Id, Failure> {
    let wanted = text.to_lowercase();
    let exact =
        |(id, name): &&(Id, String)| id.to_string() == text || name.to_lowercase() == wanted;
    if let Some((id, _)) = named.iter().find(exact) {
        return Ok(*id);
    }
    let part = |(_, name): &&(Id, String)| name.to_lowercase().contains(&wanted);
    let found: Vec<_> = named.iter().filter(part).collect();
    let (code, sentence, shown) = match found.as_slice() {
        [(id, _)] => return Ok(*id),
        [] => (
            "not_found",
            format!("no {what} is called '{text}'"),
            named.iter().collect(),
        ),
        _ => (
            "ambiguous",
            format!("more than one {what} is called '{text}'"),
            found,
        ),
    };
    let hints = shown
        .iter()
        .take(20)
        .map(|(id, name)| format!("{name} ({id})"))
        .collect();
    Err(Failure::Value {
        code,
        sentence,
        hints,
    })
}
