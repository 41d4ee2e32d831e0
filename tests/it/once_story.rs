//! One number, one decision (I9, I10, I12, I13), however often and however wildly it is sent.

use frontdesk_domain::{Command, Reason};
use frontdesk_protocol::{Code, Envelope, OutcomeKind, OutcomePage};
use frontdesk_tests::{Clinic, Engine, envelope, wish};
use futures_util::future::join_all;

frontdesk_tests::both_engines! {
    a_command_sent_many_times_at_once_has_one_effect_and_one_outcome,
    an_outcome_stays_what_it_was_whatever_happens_to_its_visit,
    commands_of_one_device_take_effect_in_the_order_of_their_numbers,
    a_number_stands_for_one_command_for_ever,
    a_refusal_stops_only_what_depends_on_it,
}

async fn a_command_sent_many_times_at_once_has_one_effect_and_one_outcome(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let slots = device.free_slots().await;
    let patient = device.new_patient().await;
    for slot in slots.iter().step_by(9).take(8) {
        let before = device.feed().await.seq;
        let wish = Command::BookAppointment(wish::booking(slot, patient));
        let envelope = envelope(device.number(), &wish);
        let sent = (0..12).map(|_| device.send(std::slice::from_ref(&envelope)));
        let outcomes: Vec<_> = join_all(sent).await.into_iter().flat_map(told).collect();
        assert_eq!(outcomes.len(), 12);
        assert!(outcomes.iter().all(|one| *one == outcomes[0]), "I10");
        let effects = device.feed().await.seq - before;
        let applied = outcomes[0].outcome == OutcomeKind::Applied;
        assert_eq!(effects, u64::from(applied), "I9");
    }
    clinic.holds_true();
}

async fn an_outcome_stays_what_it_was_whatever_happens_to_its_visit(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let slot = device.free_slots().await.remove(0);
    let first = wish::booking(&slot, device.new_patient().await);
    let second = wish::booking(&slot, device.new_patient().await);
    let cancel = wish::cancelling(first.appointment_id);
    let first = envelope(device.number(), &Command::BookAppointment(first));
    let second = envelope(device.number(), &Command::BookAppointment(second));
    let batch = [first, second];
    let then = told(device.send(&batch).await);
    device.must(&Command::CancelAppointment(cancel)).await;

    let now = told(device.send(&batch).await);

    assert_eq!(
        then, now,
        "the taken slot is free, and the answer is as it was"
    );
    assert_eq!(now[1].reason, Some(Reason::SlotTaken));
}

async fn commands_of_one_device_take_effect_in_the_order_of_their_numbers(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let slots = device.free_slots().await;
    let booking = wish::booking(&slots[0], device.new_patient().await);
    let visit = booking.appointment_id;
    let mut commands = vec![envelope(
        device.number(),
        &Command::BookAppointment(booking),
    )];
    for number in 1..40 {
        let note = wish::noting(visit, &format!("note {number}"));
        commands.push(envelope(device.number(), &Command::UpdateAppointment(note)));
    }
    // Every batch at once: only one can be next, the others are told which number is.
    let mut waiting: Vec<&[Envelope]> = commands.chunks(8).collect();
    let mut outcomes = Vec::new();
    while !waiting.is_empty() {
        let answers = join_all(waiting.iter().map(|batch| device.try_send(batch))).await;
        waiting = std::iter::zip(waiting, answers)
            .filter_map(|(batch, answer)| {
                if answer.status.is_success() {
                    outcomes.extend(told(answer.read()));
                    return None;
                }
                answer.expect_problem(409, Code::CommandGap);
                Some(batch)
            })
            .collect();
    }
    outcomes.sort_by_key(|outcome| outcome.no);
    assert!(
        outcomes.windows(2).all(|it| it[0].seq + 1 == it[1].seq),
        "I12"
    );
    let row = device.appointment(visit).await;
    assert_eq!(row.notes.as_deref(), Some("note 39"));
    clinic.holds_true();
}

async fn a_number_stands_for_one_command_for_ever(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let put = |name: &str| Command::PutPatient(wish::patient(name));
    let number = device.number();
    let first = envelope(number, &put("Ada First"));
    device.send(std::slice::from_ref(&first)).await;
    let before = device.feed().await.seq;
    for other in [
        envelope(number, &put("Ada Second")),
        Envelope {
            id: envelope(number, &put("x")).id,
            ..first.clone()
        },
        Envelope {
            base_version: Some(1),
            ..first.clone()
        },
    ] {
        let answer = device.try_send(&[other]).await;
        answer.expect_problem(409, Code::CommandReused);
    }
    assert_eq!(device.feed().await.seq, before, "I13");
}

async fn a_refusal_stops_only_what_depends_on_it(engine: Engine) {
    let clinic = Clinic::on(engine).await;
    let device = clinic.device("reception1").await;
    let slots = device.free_slots().await;
    let patient = device.new_patient().await;
    let taken = wish::booking(&slots[0], device.new_patient().await);
    device.must(&Command::BookAppointment(taken)).await;
    let lost = wish::booking(&slots[0], patient);
    let dependant = wish::noting(lost.appointment_id, "bring the scans");
    let other = wish::booking(slots.last().unwrap(), patient);
    let mut batch = [
        envelope(device.number(), &Command::BookAppointment(lost)),
        envelope(device.number(), &Command::UpdateAppointment(dependant)),
        envelope(device.number(), &Command::BookAppointment(other)),
    ];
    batch[1].depends_on = Some(batch[0].no);

    let reasons: Vec<_> = told(device.send(&batch).await)
        .into_iter()
        .map(|outcome| outcome.reason)
        .collect();

    let expected = [Some(Reason::SlotTaken), Some(Reason::Dependency), None];
    assert_eq!(reasons, expected, "I14");
}

fn told(page: OutcomePage) -> Vec<frontdesk_protocol::Outcome> {
    page.outcomes
}
