//! The bundled page as it is shipped: its styles apply, and foreign scripts do not run.

use serde_json::Value;

use crate::stage::Stage;
use crate::window::ESCAPE;

#[tokio::test(flavor = "multi_thread")]
async fn the_bundled_page_keeps_its_styles_and_runs_no_foreign_script() {
    let stage = Stage::set().await;
    let window = stage.window("manager").await;

    // Without `style-src 'unsafe-inline'` the bundled build alone would lose these two.
    assert_eq!(
        window.style("#day-today", "height").await,
        "34px",
        "a style attribute"
    );
    let colour = "return getComputedStyle(document.documentElement)\
                  .getPropertyValue('--mantine-primary-color-filled').trim()";
    let colour = window.script(colour, Value::Null).await;
    assert_ne!(
        colour.as_str().unwrap_or_default(),
        "",
        "a run-time style sheet"
    );
    assert_ne!(
        window.style("#day-today", "border-top-left-radius").await,
        "0px"
    );

    let intruder = "const script = document.createElement('script');\
                    script.textContent = 'window.intruder = true';\
                    document.head.append(script);\
                    return window.intruder ?? false";
    assert_eq!(
        window.script(intruder, Value::Null).await,
        Value::Bool(false)
    );
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_can_be_dark() {
    let stage = Stage::set().await;
    let window = stage.window("manager").await;
    let light = window.style("body", "background-color").await;

    window.click("#user-menu").await;
    window
        .click("[role='menuitemradio'][data-scheme='dark']")
        .await;

    window.see("html[data-mantine-color-scheme='dark']").await;
    assert_ne!(window.style("body", "background-color").await, light);
    window.press(ESCAPE).await;
    window.see_no("#sign-out").await;
    window.photograph("board-dark").await;
    window.close().await;
}
