//! From the clinic's wall to an instant. Where the clocks jump, a person chooses, never we.

use frontdesk_desk::Desk;
use frontdesk_desk::DeskError;
use frontdesk_desk::view::NoArguments;
use frontdesk_domain::{ClinicZone, Resolved, Timestamp, WallDateTime, resolve};

use crate::args::Fold;
use crate::failure::Failure;

/// The instant at which the clinic's wall shows this.
pub(crate) async fn instant(
    desk: &Desk,
    wall: WallDateTime,
    fold: Option<Fold>,
) -> Result<Timestamp, Failure> {
    let clinic = desk.session(NoArguments {}).await?.clinic;
    let clinic = clinic.ok_or(Failure::Desk(DeskError::SignedOut))?;
    let zone = ClinicZone::named(&clinic.time_zone)
        .map_err(|error| Failure::value("outdated", error.to_string()))?;
    match (resolve(wall, &zone), fold) {
        (Resolved::Exact(at), _) => Ok(at),
        (Resolved::Fold { first, .. }, Some(Fold::First)) => Ok(first),
        (Resolved::Fold { second, .. }, Some(Fold::Second)) => Ok(second),
        (Resolved::Fold { first, second }, None) => Err(Failure::Value {
            code: "dst_fold",
            sentence: format!("the clinic's clocks show {wall} twice: say which"),
            hints: vec![
                format!("--fold first   ({first})"),
                format!("--fold second  ({second})"),
            ],
        }),
        (Resolved::Gap { before, after }, _) => Err(Failure::Value {
            code: "dst_gap",
            sentence: format!("the clinic's clocks jump over {wall}"),
            hints: vec![format!("--at {}", before.0), format!("--at {}", after.0)],
        }),
    }
}
