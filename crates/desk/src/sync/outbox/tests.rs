use std::path::Path;

use frontdesk_domain::command::{CancelAppointment, Command, SeriesScope};
use frontdesk_domain::{CancelReason, DeviceId};
use frontdesk_protocol::{DeviceState, SessionOpened};
use uuid::Uuid;

use super::*;
use crate::fixture::{filled, session};
use crate::sync::{Api, check_address};

/// A desk whose server refuses every connection.
fn alone(folder: &Path) -> (Arc<Core>, Arc<Outbox>) {
    let cache = filled(folder);
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap()
        .port();
    let address = check_address(&format!("http://127.0.0.1:{port}")).unwrap();
    let api = Api::new(address, None).unwrap();
    api.set_token(Some("t".to_owned()));
    let clock = cache.clock().clone();
    let (core, _) = Core::new(Arc::new(cache), api, clock).unwrap();
    (core, Arc::default())
}

fn cancel() -> Command {
    Command::CancelAppointment(CancelAppointment {
        appointment_id: Uuid::from_u128(1).into(),
        reason: CancelReason::Patient,
        note: None,
        scope: SeriesScope::This,
    })
}

fn states(core: &Core) -> Vec<OutboxState> {
    let rows = core.cache.unsent().unwrap();
    rows.into_iter().map(|row| row.state).collect()
}

#[tokio::test]
async fn what_never_left_is_given_back_to_whoever_waits() {
    let folder = tempfile::tempdir().unwrap();
    let (core, outbox) = alone(folder.path());
    let (no, answer) = outbox.submit(&core, cancel(), None, None).await.unwrap();
    outbox.round(&core).await.unwrap();
    assert!(!outbox.leave(no));
    assert!(matches!(
        answer.await.unwrap(),
        Answer::NotSent(DeskError::Offline)
    ));
    assert_eq!(states(&core), [OutboxState::Withdrawn]);
}

#[tokio::test]
async fn what_was_told_to_be_saved_is_never_given_back_i16() {
    let folder = tempfile::tempdir().unwrap();
    let (core, outbox) = alone(folder.path());
    let (no, _answer) = outbox.submit(&core, cancel(), None, None).await.unwrap();
    assert!(outbox.leave(no), "now the user reads 'saved on this desk'");
    outbox.round(&core).await.unwrap();
    assert_eq!(states(&core), [OutboxState::Sending]);
}

#[tokio::test]
async fn numbers_after_a_hole_wait_for_the_numbers_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let (core, outbox) = alone(folder.path());
    outbox.submit(&core, cancel(), None, None).await.unwrap();
    outbox.submit(&core, cancel(), None, None).await.unwrap();
    let opened = SessionOpened {
        device: DeviceState {
            id: DeviceId(Uuid::from_u128(0xD)),
            expected_no: 7,
        },
        ..session()
    };
    core.cache.sign_in("me", &opened).unwrap();
    let (no, _answer) = outbox.submit(&core, cancel(), None, None).await.unwrap();
    assert_eq!(no, 7);
    assert_eq!(without_a_hole(&core.cache.unsent().unwrap()), 2);
}
