//! Every view of the command table, as a desk shows it at one moment.

use std::collections::BTreeMap;

use frontdesk_desk::Desk;
use frontdesk_desk::commands::{CommandKind, CommandRow, TABLE};
use frontdesk_desk::view::{
    AppointmentCardQuery, BookingFormQuery, DaySheetQuery, FreeSlotsQuery, NoArguments,
    PatientQuery, RescheduleFormQuery, SeriesCardQuery, SlotOffer,
};
use serde_json::{Value, json};

use super::OF_THE_CLINIC;
use super::cases::World;

/// Name → what it shows; a view that cannot be shown is its error's code.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Views(BTreeMap<&'static str, Value>);

impl Views {
    /// Asks for every read of the table.
    pub(super) async fn of(desk: &Desk, world: &World) -> Self {
        let mut views = BTreeMap::new();
        for row in reads() {
            views.insert(row.name, without_clocks(show(desk, world, row.name).await));
        }
        Self(views)
    }

    /// Only views of the clinic, without what each desk and user has for itself.
    pub(super) fn of_the_clinic(mut self) -> Self {
        self.0
            .retain(|name, _| row(name).topics.iter().any(|it| OF_THE_CLINIC.contains(it)));
        for own in ["session", "watches", "notices", "set_aside"] {
            self.0.remove(own);
        }
        for view in self.0.values_mut() {
            forget(view, &["watched", "by_me", "mine"]);
        }
        self
    }

    /// The rows whose view is not the same in `after`.
    pub(super) fn changed<'a>(
        &'a self,
        after: &'a Self,
    ) -> impl Iterator<Item = &'static CommandRow> + 'a {
        let names = self
            .0
            .keys()
            .filter(|name| self.0.get(*name) != after.0.get(*name));
        names.map(|name| row(name))
    }
}

fn reads() -> impl Iterator<Item = &'static CommandRow> {
    TABLE.iter().filter(|row| row.kind == CommandKind::Read)
}

fn row(name: &str) -> &'static CommandRow {
    TABLE.iter().find(|row| row.name == name).unwrap()
}

async fn show(desk: &Desk, world: &World, name: &str) -> Value {
    macro_rules! shown {
        ($method:ident($request:expr)) => {
            match desk.$method($request).await {
                Ok(view) => json!(view),
                Err(error) => json!(error.view()),
            }
        };
    }
    match name {
        "session" => shown!(session(NoArguments {})),
        "connection" => shown!(connection(NoArguments {})),
        "clock" => shown!(clock(NoArguments {})),
        "day_sheet" => days(desk, world).await,
        "booking_form" => shown!(booking_form(form(&world.free))),
        "reschedule_form" => shown!(reschedule_form(moving(world))),
        "appointment_card" => {
            shown!(appointment_card(AppointmentCardQuery {
                appointment_id: world.visit
            }))
        }
        "free_slots" => shown!(free_slots(free_slots(world))),
        "series_plan" => shown!(series_plan(world.plan())),
        "series_card" => shown!(series_card(SeriesCardQuery {
            series_id: world.series
        })),
        "approvals" => shown!(approvals(NoArguments {})),
        "services" => shown!(services(NoArguments {})),
        "search_patients" => shown!(search_patients(PatientQuery {
            text: "zzyzx".to_owned()
        })),
        "watches" => shown!(watches(NoArguments {})),
        "notices" => shown!(notices(NoArguments {})),
        "set_aside" => shown!(set_aside(NoArguments {})),
        other => panic!("{other} is a new view: show it in the refresh audit"),
    }
}

/// Every day that one of the commands touches.
async fn days(desk: &Desk, world: &World) -> Value {
    let mut sheets = Vec::new();
    for slot in [&world.taken, &world.free, &world.later] {
        let query = DaySheetQuery {
            date: Some(slot.date),
        };
        sheets.push(match desk.day_sheet(query).await {
            Ok(sheet) => json!(sheet),
            Err(error) => json!(error.view()),
        });
    }
    json!(sheets)
}

fn form(slot: &SlotOffer) -> BookingFormQuery {
    BookingFormQuery {
        practitioner_id: slot.practitioner_id,
        starts_at: slot.starts_at,
        service_id: Some(slot.service_id),
        patient_id: None,
        appointment_id: None,
    }
}

fn moving(world: &World) -> RescheduleFormQuery {
    RescheduleFormQuery {
        appointment_id: world.visit,
        practitioner_id: None,
        starts_at: world.free.starts_at,
    }
}

fn free_slots(world: &World) -> FreeSlotsQuery {
    FreeSlotsQuery {
        service_id: world.free.service_id,
        practitioner_id: None,
        from: world.taken.date,
        to: world.later.date,
        moving: None,
    }
}

/// Time passes without any command: a minute or a heartbeat must not look like an effect.
fn without_clocks(mut view: Value) -> Value {
    forget(&mut view, &["as_of", "offset", "time"]);
    view
}

/// Removes these fields, wherever they are.
fn forget(value: &mut Value, fields: &[&str]) {
    match value {
        Value::Object(object) => {
            object.retain(|name, _| !fields.contains(&name.as_str()));
            object.values_mut().for_each(|inner| forget(inner, fields));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| forget(inner, fields)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
