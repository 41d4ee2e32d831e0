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

/// What this clinic may still agree to, in the order in which it was asked for. What was refused or
/// set aside keeps no time.
pub(crate) fn asked_places(tx: &Transaction<'_>) -> Result<Vec<AskedPlace>, StorageError> {
    let mut statement = tx.prepare_cached(
        "select kind, args, user_id, created_at from outbox
         where clinic_id = (select clinic_id from session)
           and kind in ('book_appointment', 'book_series', 'reschedule_appointment')
           and (state = 'sending' or (state = 'decided' and outcome ->> 'outcome' = 'applied'))
         order by no",
    )?;
    let mut rows = statement.query([])?;
    let mut asked = Vec::new();
    while let Some(sql) = rows.next()? {
        asked.push(asked_place(sql)?);
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
