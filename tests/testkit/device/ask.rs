//! What a device asks for.

use std::sync::atomic::Ordering;

use frontdesk_domain::{Command, CommandId, HoldId, PatientId, Reason, ServiceId, Slot};
use frontdesk_protocol::{
    CommandBatch, Envelope, Outcome, OutcomeKind, OutcomePage, PutHold, path,
};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::{Answer, Device, Number, answer};
use crate::{new_id, soon, wish};

impl Device {
    /// The next number of this device.
    pub fn number(&self) -> Number {
        self.next.fetch_add(1, Ordering::SeqCst)
    }

    /// Sends one command under the next number; what was decided.
    ///
    /// # Panics
    /// When the envelope is refused.
    pub async fn ask(&self, command: &Command) -> Outcome {
        let envelope = envelope(self.number(), command);
        self.send(&[envelope]).await.outcomes.remove(0)
    }

    /// The same for an edit of a row that was read at this version.
    ///
    /// # Panics
    /// When the envelope is refused.
    pub async fn ask_from(&self, base_version: u64, command: &Command) -> Outcome {
        let mut envelope = envelope(self.number(), command);
        envelope.base_version = Some(base_version);
        self.send(&[envelope]).await.outcomes.remove(0)
    }

    /// Asks for what must be granted; the seq of the change.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn must(&self, command: &Command) -> u64 {
        let outcome = self.ask(command).await;
        assert_eq!(outcome.outcome, OutcomeKind::Applied, "{outcome:?}");
        outcome.seq
    }

    /// Asks for what must be refused; the outcome.
    ///
    /// # Panics
    /// When it is granted, or refused for another reason.
    pub async fn must_not(&self, command: &Command, reason: Reason) -> Outcome {
        let outcome = self.ask(command).await;
        assert_eq!(outcome.outcome, OutcomeKind::Rejected, "{command:?}");
        assert_eq!(outcome.reason, Some(reason), "{outcome:?}");
        outcome
    }

    /// A new patient.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn new_patient(&self) -> PatientId {
        let put = wish::patient("Patience Queue");
        let patient_id = put.patient_id;
        self.must(&Command::PutPatient(put)).await;
        patient_id
    }

    /// Keeps the slot while a dialog would be open; the same id renews.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn hold(&self, hold_id: HoldId, slot: &Slot) -> Answer {
        self.put_hold(hold_id, slot, None).await
    }

    /// The same, and says for which service: of a class it is one seat.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn hold_for_its_service(&self, hold_id: HoldId, slot: &Slot) -> Answer {
        self.put_hold(hold_id, slot, Some(slot.service_id)).await
    }

    /// The same where the server may be gone: then there is no answer.
    pub async fn hold_or_lose(&self, hold_id: HoldId, slot: &Slot) -> Option<StatusCode> {
        let request = self.hold_request(hold_id, slot, None);
        let response = soon("an answer or none", request.send()).await;
        Some(response.ok()?.status())
    }

    async fn put_hold(
        &self,
        hold_id: HoldId,
        slot: &Slot,
        service_id: Option<ServiceId>,
    ) -> Answer {
        answer(self.hold_request(hold_id, slot, service_id)).await
    }

    fn hold_request(
        &self,
        hold_id: HoldId,
        slot: &Slot,
        service_id: Option<ServiceId>,
    ) -> RequestBuilder {
        let body = PutHold {
            practitioner_id: slot.practitioner_id,
            starts_at: slot.starts_at,
            ends_at: slot.ends_at,
            service_id,
        };
        let path = format!("{}/{hold_id}", path::HOLDS);
        self.request(Method::PUT, &path).json(&body)
    }

    /// Lets a hold go.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn release(&self, hold_id: HoldId) -> Answer {
        let path = format!("{}/{hold_id}", path::HOLDS);
        answer(self.request(Method::DELETE, &path)).await
    }

    /// Sends a batch as it is.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn send(&self, commands: &[Envelope]) -> OutcomePage {
        self.try_send(commands).await.read()
    }

    /// The same where the server may be gone, or may ask for patience: then there is no answer.
    ///
    /// # Panics
    /// When the answer is neither outcomes nor a 503.
    pub async fn send_or_lose(&self, commands: &[Envelope]) -> Option<OutcomePage> {
        let request = self.request(Method::POST, path::COMMANDS);
        let batch = self.batch(commands);
        let response = soon("an answer or none", request.json(&batch).send()).await;
        let response = response.ok()?;
        let status = response.status();
        let body = response.bytes().await.ok()?;
        if status == StatusCode::SERVICE_UNAVAILABLE {
            return None;
        }
        let page: OutcomePage = match serde_json::from_slice(&body) {
            Ok(page) => page,
            Err(error) => panic!("{error}: {status} {}", String::from_utf8_lossy(&body)),
        };
        (page.outcomes.len() == commands.len()).then_some(page)
    }

    /// Sends a batch as it is; whatever comes back.
    pub async fn try_send(&self, commands: &[Envelope]) -> Answer {
        let batch = self.batch(commands);
        self.post(path::COMMANDS, serde_json::to_vec(&batch).unwrap())
            .await
    }

    fn batch(&self, commands: &[Envelope]) -> CommandBatch {
        CommandBatch {
            device: self.id(),
            since: None,
            commands: commands.to_vec(),
        }
    }
}

/// A command as it travels.
#[must_use]
pub fn envelope(no: Number, command: &Command) -> Envelope {
    let Value::Object(mut tagged) = json!(command) else {
        unreachable!("a command is an object")
    };
    let kind = tagged.remove("kind").unwrap();
    Envelope {
        no,
        id: new_id::<CommandId>(),
        user_id: None,
        kind: kind.as_str().unwrap().to_owned(),
        args: tagged.remove("args").unwrap(),
        depends_on: None,
        base_version: None,
        base_epoch: None,
    }
}
