//! What the server occupies with 500 connected desks and the reference clinic.

use anyhow::{Context as _, Result};
use frontdesk_protocol::path;

use crate::Bench;
use crate::reference::Reference;
use crate::row::{Budget, Row, Unit};
use crate::stream::Streams;

const DESKS: usize = 500;

pub(crate) async fn measure(bench: &Bench, reference: &mut Reference) -> Result<()> {
    let address = reference.clinic.address();
    let mut tokens = Vec::new();
    for _ in 0..DESKS / 50 {
        tokens.push(Some(reference.clinic.device().await?.session.token));
    }
    let no_number = |_: &str| None;
    let _streams = Streams::open(address, path::EVENTS, &tokens, DESKS, no_number).await?;
    // Desks also pull: each on a second connection that stays open.
    let mut pulls = Vec::with_capacity(DESKS);
    for n in 0..DESKS {
        let mut http = crate::http::Http::to(address).await?;
        http.token = tokens.get(n % tokens.len()).cloned().flatten();
        http.get(path::FEED).await?;
        pulls.push(http);
    }
    let patients = reference.device.patients().await?;
    let free = reference.device.free_slots(&reference.rows, 1).await?;
    let some = free.get(..bench.rounds(300, 50)).unwrap_or(&free);
    reference.device.book_all(some, &patients).await?;
    let Some(mib) = resident(reference.clinic.serving.id()?)? else {
        println!("skip\tmemory\tthis system does not say what a process occupies");
        return Ok(());
    };
    Row {
        name: "memory",
        what: format!("the server's memory (PSS), {DESKS} connected desks, 200,000 visits"),
        unit: Unit::MiB,
        measured: mib,
        raw: None,
        budget: Budget::Most(150.0),
    }
    .tell();
    Ok(())
}

/// Proportional set size, in MiB; none where the system does not tell.
fn resident(process: u32) -> Result<Option<f64>> {
    let Ok(text) = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")) else {
        return Ok(None);
    };
    let pss = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kib = pss
        .and_then(|pss| pss.split_whitespace().next())
        .context("no Pss line")?;
    Ok(Some(kib.parse::<f64>()? / 1024.0))
}
