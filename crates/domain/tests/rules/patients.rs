use frontdesk_domain::command::PutPatient;
use frontdesk_domain::{Command, Reason, Refusal, Row};

use crate::world::{World, day, id, receptionist};

fn wish(name: &str) -> PutPatient {
    PutPatient {
        patient_id: id(b'p', "ann"),
        name: name.to_owned(),
        phone: None,
        birth_date: None,
        notes: None,
    }
}

fn put(world: &mut World, wish: PutPatient, seen: Option<u64>) -> Result<bool, Refusal> {
    let decided = world.run(&Command::PutPatient(wish), &receptionist("rita"), seen)?;
    Ok(!decided.is_empty())
}

fn refused(wish: PutPatient) -> (Reason, Option<String>) {
    let refusal = put(&mut World::new(), wish, None).unwrap_err();
    (refusal.reason, refusal.field)
}

#[test]
fn a_patient_is_created_then_changed_and_an_equal_wish_changes_nothing() {
    let mut world = World::new();
    assert_eq!(put(&mut world, wish("  Ann Bee "), None), Ok(true));
    assert_eq!(world.facts.patients[&id(b'p', "ann")].name, "Ann Bee");
    assert_eq!(put(&mut world, wish("Ann Bee"), None), Ok(false));
    let with_phone = PutPatient {
        phone: Some(" +49 30 123 ".to_owned()),
        notes: Some("   ".to_owned()),
        ..wish("Ann Bee")
    };
    assert_eq!(put(&mut world, with_phone.clone(), Some(2)), Ok(true));
    let row = &world.facts.patients[&id(b'p', "ann")];
    assert_eq!(
        (row.phone.as_deref(), row.notes.as_deref()),
        (Some("+49 30 123"), None)
    );
    assert_eq!(put(&mut world, with_phone, Some(2)), Ok(false));
    let stale = put(&mut world, wish("Ann Cee"), Some(2)).unwrap_err();
    assert_eq!(stale.reason, Reason::StaleVersion);
}

#[test]
fn names_and_texts_have_limits() {
    let field = |name: &str| (Reason::Invalid, Some(name.to_owned()));
    assert_eq!(refused(wish("")), field("name"));
    assert_eq!(refused(wish("  \u{a0} ")), field("name"));
    assert_eq!(refused(wish(&"ä".repeat(201))), field("name"));
    assert_eq!(
        put(&mut World::new(), wish(&"ä".repeat(200)), None),
        Ok(true)
    );
    let phone = Some("1".repeat(41));
    assert_eq!(
        refused(PutPatient {
            phone,
            ..wish("Ann")
        }),
        field("phone")
    );
    let notes = Some("n".repeat(2_001));
    assert_eq!(
        refused(PutPatient {
            notes,
            ..wish("Ann")
        }),
        field("notes")
    );
    assert_eq!(refused(wish("Ann\0Bee")), field("name"));
}

#[test]
fn a_patient_never_has_the_id_of_a_practitioner_or_a_room() {
    let mut world = World::new();
    let (own, room) = (world.practitioner("P1").0, world.room("R1", 1).0);
    for taken in [own, room] {
        let twin = PutPatient {
            patient_id: taken.into(),
            ..wish("Ann")
        };
        let refusal = put(&mut world, twin, None).unwrap_err();
        let said = (refusal.reason, refusal.field.as_deref());
        assert_eq!(said, (Reason::Invalid, Some("patient_id")));
    }
}

#[test]
fn nobody_is_born_tomorrow_or_before_the_calendar() {
    let born = |date: &str| PutPatient {
        birth_date: Some(day(date)),
        ..wish("Ann")
    };
    let future = (Reason::Invalid, Some("birth_date".to_owned()));
    assert_eq!(refused(born("2027-01-04")), future);
    assert_eq!(refused(born("0000-12-31")), future);
    assert_eq!(put(&mut World::new(), born("2027-01-03"), None), Ok(true));
}

#[test]
fn a_refused_patient_leaves_no_row_and_no_name_in_a_log() {
    let row = Row::Patient(wish("Ann Bee").patient());
    assert!(!format!("{row:?} {:?}", wish("Ann Bee")).contains("Ann"));
}
