use std::path::Path;

use frontdesk_domain::command::{CancelAppointment, Command, PutPatient, SeriesScope};
use frontdesk_domain::{CancelReason, DeviceId, Epoch};
use frontdesk_protocol::{DeviceState, SessionOpened};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use super::*;
use crate::fixture::{EPOCH, LEE, directory, filled, session, snapshot};
use crate::sync::driver::Reports;
use crate::sync::{Api, check_address};
use crate::view::{Asked, NoticeKind};

/// A desk whose server refuses every connection.
fn alone(folder: &Path) -> (Arc<Core>, Arc<Outbox>) {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap()
        .port();
    beside(folder, port)
}

/// A desk whose server is on this port.
fn beside(folder: &Path, port: u16) -> (Arc<Core>, Arc<Outbox>) {
    let (core, _) = reported_beside(folder, port);
    (core, Arc::default())
}

fn reported_beside(folder: &Path, port: u16) -> (Arc<Core>, Reports) {
    let cache = filled(folder);
    let address = check_address(&format!("http://127.0.0.1:{port}")).unwrap();
    let api = Api::new(address, None).unwrap();
    api.set_token(Some("t".to_owned()));
    let clock = cache.clock().clone();
    Core::new(Arc::new(cache), api, clock).unwrap()
}

fn cancel() -> Command {
    Command::CancelAppointment(CancelAppointment {
        appointment_id: Uuid::from_u128(1).into(),
        reason: CancelReason::Patient,
        note: None,
        scope: SeriesScope::This,
    })
}

fn rename() -> Command {
    Command::PutPatient(PutPatient {
        patient_id: LEE,
        name: "Lee Planted".to_owned(),
        phone: None,
        birth_date: None,
        notes: None,
    })
}

async fn submit(
    outbox: &Arc<Outbox>,
    core: &Core,
    command: Command,
) -> (u64, oneshot::Receiver<Answer>) {
    let store = move |cache: &Cache| cache.store_command(&command, None, None).map(Some);
    outbox.submit(core, store).await.unwrap().unwrap()
}

/// One round, long enough after the one before.
async fn round(outbox: &Outbox, core: &Arc<Core>) {
    core.clock.set(core.clock.now() + FAILURES_APART);
    outbox.round(core, true).await.unwrap();
}

fn states(core: &Core) -> Vec<OutboxState> {
    let rows = core.cache.unsent().unwrap();
    rows.into_iter().map(|row| row.state).collect()
}

#[tokio::test]
async fn what_never_left_is_given_back_to_whoever_waits() {
    let folder = tempfile::tempdir().unwrap();
    let (core, outbox) = alone(folder.path());
    let (no, answer) = submit(&outbox, &core, cancel()).await;
    round(&outbox, &core).await;
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
    let (no, _answer) = submit(&outbox, &core, cancel()).await;
    assert!(outbox.leave(no), "now the user reads 'saved on this desk'");
    round(&outbox, &core).await;
    assert_eq!(states(&core), [OutboxState::Sending]);
}

#[tokio::test]
async fn numbers_after_a_hole_wait_for_the_numbers_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let (core, outbox) = alone(folder.path());
    submit(&outbox, &core, cancel()).await;
    submit(&outbox, &core, cancel()).await;
    let opened = SessionOpened {
        device: DeviceState {
            id: DeviceId(Uuid::from_u128(0xD)),
            expected_no: 7,
        },
        ..session()
    };
    core.cache.sign_in("me", &opened).unwrap();
    let (no, _answer) = submit(&outbox, &core, cancel()).await;
    assert_eq!(no, 7);
    assert_eq!(without_a_hole(&core.cache.unsent().unwrap()), 2);
}

/// A server that fails on cancellations and applies everything else; what it was asked, in order.
async fn failing_on_cancellations() -> (u16, Arc<Mutex<Vec<Vec<String>>>>) {
    serving(EPOCH).await
}

/// The same in another epoch of the clinic.
async fn serving(epoch: Epoch) -> (u16, Arc<Mutex<Vec<Vec<String>>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked: Arc<Mutex<Vec<Vec<String>>>> = Arc::default();
    let heard = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let body = answer(stream, &heard, epoch).await;
            assert!(body.is_some(), "a request in one piece");
        }
    });
    (port, asked)
}

async fn answer(
    mut stream: TcpStream,
    heard: &Mutex<Vec<Vec<String>>>,
    epoch: Epoch,
) -> Option<()> {
    let mut request = Vec::new();
    let batch: CommandBatch = loop {
        stream.read_buf(&mut request).await.ok()?;
        let head = request.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        if let Some(batch) = head.and_then(|at| serde_json::from_slice(&request[at + 4..]).ok()) {
            break batch;
        }
    };
    let kinds: Vec<String> = batch.commands.iter().map(|it| it.kind.clone()).collect();
    let fails = kinds.iter().any(|kind| kind == "cancel_appointment");
    heard.lock().unwrap().push(kinds);
    let (status, body) = if fails {
        let problem = serde_json::json!({
            "type": "about:blank", "title": "t", "status": 500, "code": "internal", "detail": "d",
        });
        ("500 Internal Server Error", problem)
    } else {
        let outcomes: Vec<_> = batch
            .commands
            .iter()
            .map(|it| serde_json::json!({ "no": it.no, "id": it.id, "outcome": "applied", "seq": 10 }))
            .collect();
        let page = serde_json::json!({ "epoch": epoch, "outcomes": outcomes, "expected_no": 3 });
        ("200 OK", page)
    };
    let body = body.to_string();
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    stream.write_all((head + &body).as_bytes()).await.ok()
}

#[tokio::test]
async fn a_command_that_the_server_cannot_take_does_not_hold_up_those_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let (port, asked) = failing_on_cancellations().await;
    let (core, outbox) = beside(folder.path(), port);
    core.status
        .send_modify(|status| status.state = ConnectionState::Live);
    let (_, unlucky) = submit(&outbox, &core, cancel()).await;
    let (_, behind) = submit(&outbox, &core, rename()).await;
    // Both at once; alone until it is enough; its number as noop; what was behind it; telling it.
    for _ in 0..(1 + MOST_FAILURES + 1 + 1 + 1) {
        round(&outbox, &core).await;
    }
    assert!(matches!(
        unlucky.await.unwrap(),
        Answer::NotSent(DeskError::Server { .. })
    ));
    assert!(matches!(behind.await.unwrap(), Answer::Decided(_, _)));
    let asked = asked.lock().unwrap();
    assert_eq!(asked[0], ["cancel_appointment", "put_patient"]);
    let alone: Vec<_> = asked[1..].iter().flatten().map(String::as_str).collect();
    let mut expected = vec!["cancel_appointment"; 5];
    expected.extend(["noop", "put_patient"]);
    assert_eq!(alone, expected);
    let list = core.cache.look(|look| look.notices(10)).unwrap();
    assert_eq!(list.notices[0].kind, NoticeKind::SetAside);
    assert_eq!(list.notices.len(), 1);
    let kept = core.cache.look(|look| look.set_aside(9)).unwrap().commands;
    assert_eq!(kept[0].asked, Asked::CancelAppointment);
}

/// "Booked" would be read beside a board of the days before the clinic was set back.
#[tokio::test]
async fn what_a_restored_server_decides_is_told_when_its_days_are_shown() {
    let restored = Epoch(Uuid::from_u128(0xE2));
    let folder = tempfile::tempdir().unwrap();
    let (port, asked) = serving(restored).await;
    let (core, mut reports) = reported_beside(folder.path(), port);
    let outbox = Arc::new(Outbox::default());
    let (_, mut answer) = submit(&outbox, &core, rename()).await;
    for _ in 0..2 {
        round(&outbox, &core).await;
    }
    assert!(matches!(
        answer.try_recv(),
        Err(oneshot::error::TryRecvError::Empty)
    ));
    assert_eq!(states(&core), [OutboxState::Sending]);
    let hint = Cursor {
        epoch: restored,
        seq: 10,
    };
    // Whoever pulls is woken, however long it was to rest.
    let told = [reports.next(), reports.next()];
    assert_eq!(told, [Some(Event::Hint(hint)), Some(Event::Hurry)]);
    let mut anew = snapshot(20, directory());
    anew.header.epoch = restored;
    core.cache.replace(anew).unwrap();
    let cursor = core.cache.state().unwrap().cursor;
    core.status.send_modify(|status| status.cursor = cursor);
    for _ in 0..2 {
        round(&outbox, &core).await;
    }
    assert!(matches!(answer.await.unwrap(), Answer::Decided(_, _)));
    let asked = asked.lock().unwrap();
    assert!(asked.iter().all(|kinds| kinds == &["put_patient"]));
}

#[tokio::test]
async fn what_is_sent_again_in_vain_is_set_aside_again_and_said_so_again() {
    let folder = tempfile::tempdir().unwrap();
    let (port, _) = failing_on_cancellations().await;
    let (core, outbox) = beside(folder.path(), port);
    core.status
        .send_modify(|status| status.state = ConnectionState::Live);
    submit(&outbox, &core, cancel()).await;
    for _ in 0..MOST_FAILURES + 2 {
        round(&outbox, &core).await;
    }
    let kept = |core: &Core| core.cache.look(|look| look.set_aside(9)).unwrap().commands;
    let id = kept(&core)[0].command_id;
    let again = move |cache: &Cache| cache.store_again(id);
    let (_, answer) = outbox.submit(&core, again).await.unwrap().unwrap();
    assert!(kept(&core).is_empty(), "it is on its way");
    for _ in 0..MOST_FAILURES + 2 {
        round(&outbox, &core).await;
    }
    assert!(matches!(
        answer.await.unwrap(),
        Answer::NotSent(DeskError::Server { .. })
    ));
    assert_eq!(kept(&core).len(), 1);
    let told = core.cache.look(|look| look.notices(10)).unwrap().notices;
    assert_eq!(told.len(), 2, "each of them is said once");
}

#[tokio::test]
async fn what_is_sent_again_while_the_server_is_away_stays_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let (core, outbox) = alone(folder.path());
    let (no, _) = submit(&outbox, &core, cancel()).await;
    outbox.leave(no);
    let row = core.cache.unsent().unwrap().remove(0);
    let problem = serde_json::json!({
        "type": "about:blank", "title": "t", "status": 500, "code": "internal", "detail": "d",
    });
    let problem = serde_json::from_value(problem).unwrap();
    core.cache.quarantine(&row, &problem).unwrap();
    let again = move |cache: &Cache| cache.store_again(row.envelope.id);
    let (_, answer) = outbox.submit(&core, again).await.unwrap().unwrap();
    round(&outbox, &core).await;
    assert!(matches!(
        answer.await.unwrap(),
        Answer::NotSent(DeskError::Offline)
    ));
    let kept = core.cache.look(|look| look.set_aside(9)).unwrap().commands;
    assert_eq!(kept.len(), 1);
}

#[tokio::test]
async fn nothing_is_set_aside_while_the_server_fails_on_everything() {
    let folder = tempfile::tempdir().unwrap();
    let (port, asked) = failing_on_cancellations().await;
    let (core, outbox) = beside(folder.path(), port);
    core.status
        .send_modify(|status| status.state = ConnectionState::Offline);
    submit(&outbox, &core, cancel()).await;
    for _ in 0..(2 * MOST_FAILURES) {
        round(&outbox, &core).await;
    }
    assert_eq!(asked.lock().unwrap().len(), 10);
    assert_eq!(states(&core), [OutboxState::Sending]);
}
