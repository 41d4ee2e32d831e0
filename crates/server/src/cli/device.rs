//! `frontdesk-server device …`.

use clap::Subcommand;
use frontdesk_domain::DeviceId;

use super::Failure;
use super::data::Data;
use super::user::open;

#[derive(Subcommand)]
pub(super) enum Command {
    /// List ids and names of desks, who signed in last, and whose desks they are where there are
    /// several clinics.
    List(Data),
    /// Shut a desk out for good, such as one that was stolen, and end its sessions.
    Revoke(RevokeArgs),
}

#[derive(clap::Args)]
pub(super) struct RevokeArgs {
    #[command(flatten)]
    data: Data,
    /// The desk's id, as `device list` shows it.
    device: DeviceId,
}

pub(super) fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::List(data) => list(&data),
        Command::Revoke(args) => Ok(open(&args.data)?.revoke_device(args.device)?),
    }
}

fn list(data: &Data) -> Result<(), Failure> {
    let devices = open(data)?.devices()?;
    let one_clinic = devices.windows(2).all(|two| two[0].clinic == two[1].clinic);
    for device in &devices {
        let (id, name) = (device.id.to_string(), &device.name);
        let ended = if device.revoked { " (shut out)" } else { "" };
        let of = if one_clinic { "" } else { &device.clinic };
        let line = format!("{id:<36} {:<20} {name}{ended}  {of}", device.login);
        println!("{}", line.trim_end());
    }
    Ok(())
}
