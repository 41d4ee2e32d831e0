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
    Passwd(OfUser),
    /// Let a user sign in no more and end the user's sessions; what they did stays.
    Disable(OfUser),
    /// Let a user sign in again.
    Enable(OfUser),
    /// Give a user other rights and end the user's sessions.
    Role(RoleArgs),
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
pub(super) struct OfUser {
    #[command(flatten)]
    data: Data,
    /// Sign-in name.
    login: String,
}

#[derive(clap::Args)]
pub(super) struct RoleArgs {
    #[command(flatten)]
    of: OfUser,
    /// Rights.
    #[arg(long, env = "FRONTDESK_ROLE", value_enum)]
    role: RoleArg,
    /// The id of the practitioner that this user is; without it that stays as it is.
    #[arg(long, value_name = "ID", env = "FRONTDESK_PRACTITIONER")]
    practitioner: Option<PractitionerId>,
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleArg {
    Receptionist,
    Practitioner,
    Manager,
}

impl RoleArg {
    fn role(self) -> Role {
        match self {
            Self::Receptionist => Role::Receptionist,
            Self::Practitioner => Role::Practitioner,
            Self::Manager => Role::Manager,
        }
    }
}

pub(super) fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Add(args) => add(args),
        Command::Passwd(args) => {
            let password = read_password()?;
            open(&args.data)?.passwd(&args.login, &password)?;
            Ok(())
        }
        Command::Disable(args) => Ok(open(&args.data)?.set_active(&args.login, false)?),
        Command::Enable(args) => Ok(open(&args.data)?.set_active(&args.login, true)?),
        Command::Role(args) => {
            let (of, role) = (args.of, args.role.role());
            Ok(open(&of.data)?.set_role(&of.login, role, args.practitioner)?)
        }
        Command::List(data) => list(&data),
    }
}

fn add(args: AddArgs) -> Result<(), Failure> {
    let password = read_password()?;
    let new = NewUser {
        name: args.name.unwrap_or_else(|| args.login.clone()),
        login: args.login,
        role: args.role.role(),
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

pub(super) fn open(data: &Data) -> Result<Users, Failure> {
    let place = data.place()?;
    Ok(Users::of(&place.config.database, &place.config.data_dir)?)
}
