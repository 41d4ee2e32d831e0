//! The refresh audit: for every write of the command table, its success on one desk announces
//! every view that it changed there, and another desk comes to show the same.
//!
//! It walks the table itself, so a new row without a case here fails. Its last line tells a person
//! how the program refreshes.

mod cases;
mod stage;
mod views;

use std::collections::BTreeSet;
use std::io::Write as _;

use frontdesk_desk::commands::{CommandKind, CommandRow, TABLE};
use frontdesk_desk::{DeskEvent, Topic};
use frontdesk_tests::soon;
use tokio::sync::broadcast::Receiver;

use cases::World;
use views::Views;

/// What a clinic is made of: a command that changes one of these changes bookings or schedules.
const OF_THE_CLINIC: [Topic; 8] = [
    Topic::Clinic,
    Topic::Location,
    Topic::Practitioner,
    Topic::Service,
    Topic::Patient,
    Topic::Schedule,
    Topic::Exception,
    Topic::Appointment,
];

#[tokio::test(flavor = "multi_thread")]
async fn every_success_path_of_the_command_table_triggers_an_update() {
    let writes = TABLE.iter().filter(|row| row.kind == CommandKind::Write);
    // A write that is not proven ends the audit, so the two only differ by a mistake in it.
    let (mut changing, mut proven) = (0, 0);
    for row in writes {
        audit(row).await;
        if changes_the_clinic(row) {
            changing += 1;
            another_desk_follows(row).await;
            proven += 1;
        }
    }
    assert!(
        changing >= 13,
        "booking, moving, every step and a patient's record change the clinic"
    );
    assert_eq!(proven, changing);
    // Past the test runner, so that it is seen when everything is well, too.
    let line = format!(
        "update mechanism: change feed; {proven} of {changing} success paths trigger an update\n"
    );
    std::io::stdout().write_all(line.as_bytes()).unwrap();
}

/// On the desk itself: what the answer's generation announced covers every view that changed.
async fn audit(row: &CommandRow) {
    let world = World::for_command(row.name).await;
    let mut events = world.here.events();
    let before = Views::of(&world.here, &world).await;

    let generation = world.succeed(row.name).await;

    let announced = announced_until(&mut events, generation).await;
    let promised = BTreeSet::from_iter(row.topics.iter().copied());
    assert!(
        announced.is_superset(&promised),
        "{}: the table promises {promised:?}, announced were {announced:?}",
        row.name
    );
    let after = Views::of(&world.here, &world).await;
    for view in before.changed(&after) {
        assert!(
            covers(&announced, view),
            "{} changed {}, which is made of {:?}, and announced only {announced:?}",
            row.name,
            view.name,
            view.topics
        );
    }
    assert!(
        !changes_the_clinic(row) || before.changed(&after).next().is_some(),
        "{} changed no view: the case proves nothing",
        row.name
    );
}

/// On another desk: it announces what changed, and its views become the same.
async fn another_desk_follows(row: &CommandRow) {
    let world = World::for_command(row.name).await;
    let mut events = world.there.events();
    let before = Views::of(&world.there, &world).await.of_the_clinic();

    world.succeed(row.name).await;

    let wanted = Views::of(&world.here, &world).await.of_the_clinic();
    assert!(before.changed(&wanted).next().is_some(), "{}", row.name);
    let mut announced = BTreeSet::new();
    soon("the other desk to announce and to show it", async {
        while Views::of(&world.there, &world).await.of_the_clinic() != wanted
            || !before.changed(&wanted).all(|view| covers(&announced, view))
        {
            announced.extend(next_changed(&mut events).await.1);
        }
    })
    .await;
}

fn covers(announced: &BTreeSet<Topic>, view: &CommandRow) -> bool {
    view.topics.iter().any(|topic| announced.contains(topic))
}

fn changes_the_clinic(row: &CommandRow) -> bool {
    row.topics.iter().any(|topic| OF_THE_CLINIC.contains(topic))
}

/// Every topic announced up to and with this generation.
async fn announced_until(events: &mut Receiver<DeskEvent>, generation: u64) -> BTreeSet<Topic> {
    let mut announced = BTreeSet::new();
    loop {
        let (reached, topics) = next_changed(events).await;
        announced.extend(topics);
        if reached >= generation {
            return announced;
        }
    }
}

async fn next_changed(events: &mut Receiver<DeskEvent>) -> (u64, BTreeSet<Topic>) {
    soon("a changed event", async {
        loop {
            if let DeskEvent::Changed(changed) = events.recv().await.unwrap() {
                return (changed.generation, changed.topics);
            }
        }
    })
    .await
}
