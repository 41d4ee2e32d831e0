//! A watched slot is taken: the desktop says so, and a click leads there.

use std::process::Command;

use crate::daemon::Daemon;
use crate::picture;
use crate::stage::{Group, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn a_watched_slot_that_is_taken_is_told_by_the_desktop_and_its_action_shows_that_day() {
    let stage = Stage::set().await;
    let mut desktop = Daemon::on(stage.bus()).await;
    let (window, colleague) =
        tokio::join!(stage.window("reception1"), stage.colleague("reception2"));
    window.next_day().await;
    let cell = window.walk_to_a_free_cell().await;
    window.press("w").await;
    window.see(&format!("{}[data-watched]", cell.free())).await;

    let (slot, patient) = (cell.offer(&colleague).await, colleague.patients().await[0]);
    let visit = colleague.book(&slot, patient).await.unwrap().value;

    let shown = desktop.next().await;
    let text = shown.text();
    assert!(
        text.contains(&cell.start) && text.contains(&slot.practitioner_name),
        "{text}"
    );
    for name in visit.patient_name.split(' ') {
        assert!(!text.contains(name), "I30: {text}");
    }
    window.see(&cell.visit()).await;
    for _ in 0..2 {
        window.next_day().await;
    }
    assert_ne!(window.date().await, cell.date);

    desktop.press(&shown, "Find another").await;

    window
        .see(&format!("#board[data-date='{}']", cell.date))
        .await;
    window.see("#find-another").await;
    window.photograph("find-another").await;
    assert!(desktop.is_quiet(), "exactly one notification");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_notification_daemon_shows_it_and_the_window_keeps_a_list() {
    let stage = Stage::set().await;
    let _desktop = real_daemon(&stage);
    let (window, colleague) =
        tokio::join!(stage.window("reception1"), stage.colleague("reception2"));
    window.next_day().await;
    let cell = window.walk_to_a_free_cell().await;
    window.press("w").await;
    window.see(&format!("{}[data-watched]", cell.free())).await;
    let (slot, patient) = (cell.offer(&colleague).await, colleague.patients().await[0]);
    colleague.book(&slot, patient).await.unwrap();

    popup(&stage);
    picture::of_display(stage.display(), "notification");
    window.click("#notices").await;
    window.see("[data-notice='taken']").await;
    window.photograph("notices").await;
    window.close().await;
}

/// The daemon of the Xfce desktop, once it owns the bus name.
fn real_daemon(stage: &Stage) -> Group {
    let places = [
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
        "/usr/lib",
    ];
    let daemon = places.map(|place| format!("{place}/xfce4/notifyd/xfce4-notifyd"));
    let daemon = daemon
        .iter()
        .find(|path| std::path::Path::new(path).exists());
    let mut command = Command::new(daemon.expect("xfce4-notifyd is installed"));
    stage.lend(&mut command);
    let running = Group::start_logged(&mut command, &stage.folder().join("notifyd.log"));
    let mut wait = Command::new("gdbus");
    wait.args([
        "wait",
        "--session",
        "--timeout",
        "20",
        "org.freedesktop.Notifications",
    ]);
    stage.lend(&mut wait);
    assert!(wait.status().unwrap().success(), "the daemon owns the name");
    running
}

/// Waits until the daemon's popup is on the display.
fn popup(stage: &Stage) {
    let mut search = Command::new("xdotool");
    search.args([
        "search",
        "--sync",
        "--onlyvisible",
        "--limit",
        "1",
        "--class",
        "xfce4-notifyd",
    ]);
    stage.lend(&mut search);
    let search = search.output().unwrap();
    assert!(
        search.status.success() && !search.stdout.is_empty(),
        "{search:?}"
    );
}
