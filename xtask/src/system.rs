//! Packages of the system that a chore needs. Found by what they provide, never by asking a package
//! manager, so that any distribution will do and an offline machine that has everything is left alone.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::sh;

/// Something that a package of the system provides.
struct Need {
    provides: Provides,
    package: &'static str,
}

enum Provides {
    Program(&'static str),
    /// The programs of a PostgreSQL server, which Debian keeps off the PATH.
    Postgres,
    Library(&'static str),
    File(&'static str),
}

/// What building the window takes.
pub(crate) fn for_the_window() -> Result<()> {
    install(&BUILD)
}

/// What a picture of the window takes besides.
pub(crate) fn for_a_picture() -> Result<()> {
    install(&[&BUILD[..], &PICTURE[..]].concat())
}

/// What all tests take.
pub(crate) fn for_the_tests() -> Result<()> {
    install(&[&BUILD[..], &PICTURE[..], &TESTS[..]].concat())
}

/// Set to 1 by a machine that does without PostgreSQL: its stories are left out, and the summary
/// says so. Nothing else leaves them out.
pub(crate) const NO_POSTGRES: &str = "FRONTDESK_NO_POSTGRES";

/// True where [`NO_POSTGRES`] says so.
pub(crate) fn without_postgres() -> bool {
    std::env::var(NO_POSTGRES).is_ok_and(|value| value == "1")
}

/// What the stories on PostgreSQL take: the programs of its server. They start clusters of their own
/// and never touch one that is there; a package that is installed for them starts none.
pub(crate) fn for_the_engines() -> Result<()> {
    if without_postgres() || POSTGRES.is_met() {
        return Ok(());
    }
    if cfg!(target_os = "linux") && sh::which("apt-get").is_some() {
        install(&[&POSTGRES_COMMON])?;
        no_cluster()?;
        install(&[&POSTGRES])?;
    }
    if !POSTGRES.is_met() {
        bail!(
            "the programs of a PostgreSQL server are missing: please install one (15 or newer; \
             `pg_config` on the PATH tells where it is), or set {NO_POSTGRES}=1 to do without"
        );
    }
    Ok(())
}

const POSTGRES: Need = Need {
    provides: Provides::Postgres,
    package: "postgresql",
};

const CLUSTER_DEFAULTS: &str = "/etc/postgresql-common/createcluster.conf";

const POSTGRES_COMMON: Need = Need {
    provides: Provides::File(CLUSTER_DEFAULTS),
    package: "postgresql-common",
};

/// Debian's package would start a cluster of the system with the next installation.
fn no_cluster() -> Result<()> {
    let script = "s/^#? *create_main_cluster *=.*/create_main_cluster = false/";
    let said = format!("sed -ri '{script}' {CLUSTER_DEFAULTS}");
    let Some(prefix) = privilege(&said)? else {
        bail!("please run `sudo {said}`, then try again");
    };
    let mut words = prefix
        .into_iter()
        .chain(["sed", "-ri", script, CLUSTER_DEFAULTS]);
    let mut command = Command::new(words.next().unwrap_or("sed"));
    sh::run(command.args(words))
}

/// `initdb` beside `pg_config`, on the PATH, or where Debian keeps the versions.
fn postgres_is_here() -> bool {
    let named = std::env::var_os("PG_CONFIG").unwrap_or_else(|| "pg_config".into());
    let told = sh::output(Command::new(named).arg("--bindir"));
    let beside = told.map(|folder| Path::new(folder.trim()).join("initdb"));
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut versions = debian.filter_map(|entry| Some(entry.ok()?.path().join("bin/initdb")));
    sh::which("initdb").is_some()
        || beside.is_ok_and(|program| program.is_file())
        || versions.any(|program| program.is_file())
}

const BUILD: [&Need; 5] = [
    &Need {
        provides: Provides::Program("cc"),
        package: "build-essential",
    },
    &Need {
        provides: Provides::Program("make"),
        package: "build-essential",
    },
    // The build of our own OpenSSL is written in it.
    &Need {
        provides: Provides::Program("perl"),
        package: "perl",
    },
    &Need {
        provides: Provides::Program("pkg-config"),
        package: "pkg-config",
    },
    &Need {
        provides: Provides::Library("webkit2gtk-4.1"),
        package: "libwebkit2gtk-4.1-dev",
    },
];

const PICTURE: [&Need; 4] = [
    &Need {
        provides: Provides::Program("Xvfb"),
        package: "xvfb",
    },
    &Need {
        provides: Provides::Program("dbus-daemon"),
        package: "dbus-daemon",
    },
    &Need {
        provides: Provides::Program("import"),
        package: "imagemagick",
    },
    &Need {
        provides: Provides::File("/usr/share/fonts/truetype"),
        package: "fonts-dejavu-core",
    },
];

const TESTS: [&Need; 5] = [
    &Need {
        provides: Provides::Program("WebKitWebDriver"),
        package: "webkit2gtk-driver",
    },
    &Need {
        provides: Provides::Program("chromium"),
        package: "chromium",
    },
    &Need {
        provides: Provides::Program("gdbus"),
        package: "libglib2.0-bin",
    },
    &Need {
        provides: Provides::Program("xdotool"),
        package: "xdotool",
    },
    &Need {
        provides: Provides::File(
            "/usr/share/dbus-1/services/org.xfce.xfce4-notifyd.Notifications.service",
        ),
        package: "xfce4-notifyd",
    },
];

impl Need {
    fn is_met(&self) -> bool {
        match self.provides {
            Provides::Program(name) => sh::which(name).is_some(),
            Provides::Postgres => postgres_is_here(),
            Provides::Library(name) => {
                sh::succeeds(Command::new("pkg-config").args(["--exists", name]))
            }
            Provides::File(path) => Path::new(path).exists(),
        }
    }
}

fn install(needs: &[&Need]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let mut missing: Vec<&str> = Vec::new();
    for need in needs.iter().filter(|need| !need.is_met()) {
        if !missing.contains(&need.package) {
            missing.push(need.package);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing.join(" ");
    if sh::which("apt-get").is_none() {
        bail!(
            "please install what your system calls these Debian packages, then try again: {packages}"
        );
    }
    eprintln!("missing system packages: {packages}");
    apt(&missing)
}

fn apt(packages: &[&str]) -> Result<()> {
    let command = format!(
        "apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    );
    let Some(prefix) = privilege(&command)? else {
        bail!("please run `sudo apt-get update && sudo {command}`, then try again");
    };
    let apt_get = |args: &[&str]| {
        let mut call = Command::new(prefix.first().copied().unwrap_or("apt-get"));
        call.args(prefix.iter().skip(1));
        if !prefix.is_empty() {
            call.arg("apt-get");
        }
        call.args(args).env("DEBIAN_FRONTEND", "noninteractive");
        sh::run(&mut call)
    };
    // Lists may be stale or absent; a machine without network may still have the packages.
    if let Err(error) = apt_get(&["update"]) {
        eprintln!("xtask: {error:#}; trying with the package lists that are here");
    }
    let install = ["install", "-y", "--no-install-recommends"];
    apt_get(&[&install[..], packages].concat())
}

/// What to put before `apt-get`: nothing for root, `sudo` where it may be used; `None` is a no.
fn privilege(command: &str) -> Result<Option<Vec<&'static str>>> {
    if sh::output(Command::new("id").arg("-u"))?.trim() == "0" {
        return Ok(Some(Vec::new()));
    }
    if sh::which("sudo").is_none() {
        return Ok(None);
    }
    if sh::succeeds(Command::new("sudo").args(["-n", "true"])) {
        return Ok(Some(vec!["sudo", "-n"]));
    }
    let agreed = std::io::stdin().is_terminal() && agrees(command)?;
    Ok(agreed.then(|| vec!["sudo"]))
}

fn agrees(command: &str) -> Result<bool> {
    eprint!("run `sudo {command}` now? [Y/n] ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "" | "y" | "Y" | "yes"))
}
