//! `frontdesk-server init | migrate | backup | restore | export | import | verify`.

use std::path::PathBuf;

use frontdesk_server::Server;
use frontdesk_server::operate::{
    self, CheckedBackup, CheckedClinic, CheckedExport, Manager, NewClinic, OperateError, Records,
};

use super::data::Data;
use super::{Failure, read_password};

#[derive(clap::Args)]
pub(super) struct InitArgs {
    #[command(flatten)]
    data: Data,
    /// The clinic's name, as desks show it.
    name: String,
    /// The time zone on the clinic's wall, by its IANA name, e.g. Europe/Berlin.
    #[arg(long, value_name = "ZONE", env = "FRONTDESK_TIME_ZONE")]
    time_zone: String,
    /// Visits begin every so many minutes.
    #[arg(
        long,
        value_name = "MINUTES",
        env = "FRONTDESK_GRID",
        default_value_t = 15
    )]
    grid: u16,
    /// Sign-in name of the first manager.
    #[arg(long, value_name = "LOGIN", env = "FRONTDESK_MANAGER")]
    manager: String,
    /// The manager's name; the sign-in name unless given.
    #[arg(long, value_name = "NAME", env = "FRONTDESK_MANAGER_NAME")]
    manager_name: Option<String>,
}

#[derive(clap::Args)]
pub(super) struct FileArgs {
    #[command(flatten)]
    data: Data,
    /// The file; one that is there is written over at the end, when the new one is whole.
    file: PathBuf,
}

#[derive(clap::Args)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    to: FileArgs,
    /// The clinic's name or id, where there are several.
    #[arg(long, value_name = "NAME", env = "FRONTDESK_CLINIC")]
    clinic: Option<String>,
}

#[derive(clap::Args)]
pub(super) struct RestoreArgs {
    #[command(flatten)]
    data: Data,
    /// A file that `backup` wrote, on either kind of database.
    file: PathBuf,
    /// Give up what is there.
    #[arg(long)]
    replace: bool,
}

#[derive(clap::Args)]
pub(super) struct ImportArgs {
    #[command(flatten)]
    data: Data,
    /// A file that `export` wrote, or another program in the same way.
    file: PathBuf,
    /// Leave out the lines that cannot be taken over.
    #[arg(long)]
    skip_bad: bool,
}

/// Opens the data for writing, and closes it whatever becomes of the wish. What can be looked at
/// without the data is looked at before: a wrong file leaves no folder behind.
fn with_server<T>(
    data: &Data,
    wish: impl AsyncFnOnce(&Server) -> Result<T, OperateError>,
) -> Result<T, Failure> {
    super::runtime()?.block_on(async {
        let place = data.place()?;
        let server = Server::open(place.config.clone())?;
        let done = wish(&server).await;
        server.close();
        Ok(done?)
    })
}

/// Opens the data for reading, beside a server that runs.
fn with_records<T>(
    data: &Data,
    wish: impl AsyncFnOnce(&Records) -> Result<T, OperateError>,
) -> Result<T, Failure> {
    super::runtime()?.block_on(async {
        let records = Records::open(&data.place()?.config)?;
        Ok(wish(&records).await?)
    })
}

pub(super) fn init(args: InitArgs) -> Result<(), Failure> {
    let password = read_password()?;
    let clinic = NewClinic {
        name: args.name,
        time_zone: args.time_zone,
        grid_minutes: args.grid,
    };
    let manager = Manager {
        name: args.manager_name.unwrap_or_else(|| args.manager.clone()),
        login: args.manager,
    };
    let checked = CheckedClinic::of(clinic, manager, &password)?;
    with_server(&args.data, async |server| {
        operate::found(server, checked).await
    })
}

pub(super) fn migrate(data: &Data) -> Result<(), Failure> {
    let place = data.place()?;
    let before = operate::schema(&place.config)?;
    super::runtime()?.block_on(async {
        Server::open(place.config.clone())?.close();
        Ok::<_, Failure>(())
    })?;
    let after = operate::schema(&place.config)?;
    match before {
        Some(before) if Some(before) == after => println!("schema {before}, nothing to do"),
        Some(before) => println!("schema {before} → {}", after.unwrap_or_default()),
        None => println!("schema {} made", after.unwrap_or_default()),
    }
    Ok(())
}

pub(super) fn backup(args: &FileArgs) -> Result<(), Failure> {
    let rows = with_records(&args.data, async |records| records.backup(&args.file).await)?;
    println!("{rows} rows kept in {}", args.file.display());
    Ok(())
}

pub(super) fn restore(args: &RestoreArgs) -> Result<(), Failure> {
    let backup = CheckedBackup::of(&args.file)?;
    let rows = with_server(&args.data, async |server| {
        operate::restore(server, backup, args.replace).await
    })?;
    println!(
        "{rows} rows restored; desks take everything anew and keep what they have not sent, \
         everybody signs in again"
    );
    Ok(())
}

pub(super) fn export(args: &ExportArgs) -> Result<(), Failure> {
    let ExportArgs { to, clinic } = args;
    let rows = with_records(&to.data, async |records| {
        records.export(&to.file, clinic.as_deref()).await
    })?;
    println!("{rows} rows exported to {}", to.file.display());
    Ok(())
}

pub(super) fn import(args: &ImportArgs) -> Result<(), Failure> {
    let export = CheckedExport::of(&args.file, args.skip_bad);
    if let Err(OperateError::BadLines(bad) | OperateError::BadClinic(bad)) = &export {
        bad.iter().for_each(|bad| eprintln!("{bad}"));
    }
    let export = export?;
    let imported = with_server(&args.data, async |server| {
        operate::import(server, export).await
    })?;
    imported.bad.iter().for_each(|bad| eprintln!("{bad}"));
    println!(
        "imported (rows: {}, of these visits: {}, lines left out: {})",
        imported.rows,
        imported.appointments,
        imported.bad.len()
    );
    eprintln!("nobody can sign in yet: add users with `frontdesk-server user add`");
    Ok(())
}

pub(super) fn verify(data: &Data) -> Result<(), Failure> {
    let verified = with_records(data, async |records| records.verify().await)?;
    for finding in &verified.findings {
        println!("{finding}");
    }
    if !verified.findings.is_empty() {
        return Err(Failure::Findings(verified.findings.len()));
    }
    println!(
        "everything is as it should be (clinics: {}, visits: {}, acts: {})",
        verified.clinics, verified.appointments, verified.acts
    );
    Ok(())
}
