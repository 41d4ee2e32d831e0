//! Bookings and moves that this desk has asked for and that have no answer yet, or one that the replica
//! does not show yet. The outbox row is all there is of them: they go with it.

use frontdesk_domain::command::{BookAppointment, BookSeries, RescheduleAppointment};
use frontdesk_domain::{AppointmentId, Timestamp, UserId};
use rusqlite::{OptionalExtension as _, Row, Transaction};

use super::row::instant;
use crate::error::StorageError;

/// A booking or a move on its way.
pub(crate) struct AskedPlace {
    pub(crate) wish: AskedFor,
    pub(crate) by: UserId,
    pub(crate) asked_at: Timestamp,
}

/// One visit, a series of them, or another place for some.
pub(crate) enum AskedFor {
    Visit(BookAppointment),
    Series(BookSeries),
    Move(RescheduleAppointment),
}

/// What this clinic may still agree to, in the order in which it was asked for, and what it has decided
/// that the replica has not come to. What was set aside keeps no time.
pub(crate) fn asked_places(tx: &Transaction<'_>) -> Result<Vec<AskedPlace>, StorageError> {
    let mut statement = tx.prepare_cached(
        "select o.kind, o.args, o.user_id, o.created_at from outbox o, replica r
         where o.clinic_id = (select clinic_id from session)
           and o.kind in ('book_appointment', 'book_series', 'reschedule_appointment')
           and (o.state = 'sending'
                and (o.kind <> 'reschedule_appointment' or o.no > r.device_ack)
                or o.state = 'decided' and o.epoch = r.epoch and o.seq > r.seq)
         order by o.no",
    )?;
    let mut rows = statement.query([])?;
    let mut asked = Vec::new();
    while let Some(sql) = rows.next()? {
        match asked_place(sql) {
            Ok(place) => asked.push(place),
            // It is the server that has to make sense of it; the board is shown without.
            Err(error) => tracing::warn!(%error, "a command that waits cannot be read"),
        }
    }
    Ok(asked)
}

fn asked_place(sql: &Row<'_>) -> Result<AskedPlace, StorageError> {
    let (kind, args): (String, String) = (sql.get(0)?, sql.get(1)?);
    let wish = match kind.as_str() {
        "book_series" => AskedFor::Series(serde_json::from_str(&args)?),
        "reschedule_appointment" => AskedFor::Move(serde_json::from_str(&args)?),
        _ => AskedFor::Visit(serde_json::from_str(&args)?),
    };
    Ok(AskedPlace {
        wish,
        by: UserId(sql.get(2)?),
        asked_at: instant(sql, 3)?,
    })
}

/// True once the replica shows the visit, whatever became of it.
pub(crate) fn is_known(tx: &Transaction<'_>, id: AppointmentId) -> Result<bool, StorageError> {
    let mut statement = tx.prepare_cached("select 1 from appointment where appointment_id = ?1")?;
    let found = statement.query_row([id.0], |_| Ok(())).optional()?;
    Ok(found.is_some())
}
