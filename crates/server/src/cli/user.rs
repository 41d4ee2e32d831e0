//! `frontdesk-server user …`.

use clap::{Subcommand, ValueEnum};
use frontdesk_domain::{PractitionerId, Role};
use frontdesk_server::{NewUser, Users};

use super::data::Data;
use super::{Failure, read_password};

#[derive(Subcommand)]
pub(super) enum Command {
    /// Add a user; the password comes from FRONTDESK_PASSWORD or the first line of stdin.
    Add(AddArgs),
    /// Set a new password and end the user's sessions.
    Passwd(PasswdArgs),
    /// List sign-in names, roles and names, and whose users they are where there are several clinics.
    List(Data),
}

#[derive(clap::Args)]
pub(super) struct AddArgs {
    #[command(flatten)]
    data: Data,
    /// Sign-in name: lower-case letters, digits, dots, dashes, underscores.
    login: String,
    /// Shown name; the sign-in name unless given.
    #[arg(long, env = "FRONTDESK_USER_NAME")]
    name: Option<String>,
    /// Rights.
    #[arg(long, env = "FRONTDESK_ROLE", value_enum)]
    role: RoleArg,
    /// The clinic's name or id, where there are several.
    #[arg(long, value_name = "NAME", env = "FRONTDESK_CLINIC")]
    clinic: Option<String>,
    /// The id of the practitioner that this user is.
    #[arg(long, value_name = "ID", env = "FRONTDESK_PRACTITIONER")]
    practitioner: Option<PractitionerId>,
}

#[derive(clap::Args)]
pub(super) struct PasswdArgs {
    #[command(flatten)]
    data: Data,
    /// Sign-in name.
    login: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleArg {
    Receptionist,
    Practitioner,
    Manager,
}

pub(super) fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Add(args) => add(args),
        Command::Passwd(args) => {
            let password = read_password()?;
            open(&args.data)?.passwd(&args.login, &password)?;
            Ok(())
        }
        Command::List(data) => list(&data),
    }
}

fn add(args: AddArgs) -> Result<(), Failure> {
    let password = read_password()?;
    let new = NewUser {
        name: args.name.unwrap_or_else(|| args.login.clone()),
        login: args.login,
        role: match args.role {
            RoleArg::Receptionist => Role::Receptionist,
            RoleArg::Practitioner => Role::Practitioner,
            RoleArg::Manager => Role::Manager,
        },
        practitioner_id: args.practitioner,
    };
    open(&args.data)?.add(args.clinic.as_deref(), &new, &password)?;
    Ok(())
}

fn list(data: &Data) -> Result<(), Failure> {
    let users = open(data)?.list()?;
    let one_clinic = users.windows(2).all(|two| two[0].clinic == two[1].clinic);
    for user in &users {
        let role = match user.role {
            Role::Receptionist => "receptionist",
            Role::Practitioner => "practitioner",
            Role::Manager => "manager",
        };
        let ended = if user.active { "" } else { " (inactive)" };
        let of = if one_clinic { "" } else { &user.clinic };
        let line = format!("{:<20} {role:<13} {}{ended}  {of}", user.login, user.name);
        println!("{}", line.trim_end());
    }
    Ok(())
}

fn open(data: &Data) -> Result<Users, Failure> {
    let place = data.place()?;
    Ok(Users::of(&place.config.database, &place.config.data_dir)?)
}
