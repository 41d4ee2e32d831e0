//! What the window may do, checked on the configuration that is built into the app.

use tauri::{
    Context, WebviewWindowBuilder,
    ipc::{CallbackFn, InvokeBody, Origin},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder},
    utils::config::{Csp, DisabledCspModificationKind},
    webview::InvokeRequest,
};

use crate::{app, handlers, window::LABEL};

fn may(context: &mut Context<MockRuntime>, command: &str, window: &str, origin: &Origin) -> bool {
    context
        .runtime_authority_mut()
        .resolve_access(command, window, window, origin)
        .is_some()
}

#[test]
fn every_row_of_the_table_is_allowed_to_the_window_and_to_nobody_else() {
    let mut context = app::context();
    let elsewhere = Origin::Remote {
        url: "https://example.com".parse().unwrap(),
    };
    for command in handlers::TABLE.iter().chain(&["board_painted"]) {
        assert!(
            may(&mut context, command, LABEL, &Origin::Local),
            "{command} is closed"
        );
        assert!(
            !may(&mut context, command, "other", &Origin::Local),
            "{command} is open"
        );
        assert!(
            !may(&mut context, command, LABEL, &elsewhere),
            "{command} is open to the web"
        );
    }
}

#[test]
fn of_the_platform_the_window_may_only_listen() {
    let mut context = app::context();
    let mut may = |command: &str| may(&mut context, command, LABEL, &Origin::Local);
    assert!(may("plugin:event|listen") && may("plugin:event|unlisten"));
    let closed = [
        "plugin:event|emit",
        "plugin:event|emit_to",
        "plugin:window|create",
        "plugin:window|close",
        "plugin:webview|create_webview_window",
        "plugin:webview|internal_toggle_devtools",
        "plugin:path|resolve_directory",
        "plugin:resources|close",
        "plugin:app|version",
        "plugin:window-state|save_window_state",
    ];
    for command in closed {
        assert!(!may(command), "{command} is open");
    }
}

#[test]
fn the_one_capability_names_no_wildcard_and_no_remote_page() {
    let files: Vec<_> = std::fs::read_dir("capabilities")
        .unwrap()
        .flatten()
        .collect();
    assert_eq!(files.len(), 1);
    let text = std::fs::read_to_string(files[0].path()).unwrap();
    let capability: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(
        !text.contains('*'),
        "a wildcard opens what nobody has looked at"
    );
    assert_eq!(capability["windows"], serde_json::json!([LABEL]));
    assert_eq!(capability.get("remote"), None);
}

#[test]
fn scripts_come_from_the_bundle_only() {
    let context: Context<MockRuntime> = app::context();
    let security = &context.config().app.security;
    let Some(Csp::DirectiveMap(csp)) = &security.csp else {
        panic!("there is no CSP")
    };
    let allows = |directive: &str| Vec::<String>::from(csp[directive].clone()).join(" ");
    assert_eq!(allows("default-src"), "'none'");
    assert_eq!(allows("script-src"), "'self'");
    assert_eq!(allows("connect-src"), "ipc: http://ipc.localhost");
    for directive in ["frame-src", "object-src", "base-uri", "form-action"] {
        assert_eq!(allows(directive), "'none'", "{directive}");
    }
    // Styles made at run time need this; scripts must keep their nonces.
    let DisabledCspModificationKind::List(unmodified) =
        &security.dangerous_disable_asset_csp_modification
    else {
        panic!("the CSP of scripts is not completed")
    };
    assert_eq!(unmodified, &["style-src"]);
    // The window freezes it in its own way; both at once would break the page.
    assert!(!security.freeze_prototype);
    assert!(!context.config().app.with_global_tauri);
}

#[test]
fn every_row_of_the_table_has_a_handler() {
    let app = mock_builder()
        .invoke_handler(handlers::all())
        .build(app::context())
        .unwrap();
    let window = WebviewWindowBuilder::new(&app, LABEL, Default::default())
        .build()
        .unwrap();
    for command in handlers::TABLE {
        let answer = get_ipc_response(&window, request(command))
            .unwrap_err()
            .to_string();
        assert!(answer.contains("not managed"), "{command}: {answer}");
    }
    let answer = get_ipc_response(&window, request("no_such_command"))
        .unwrap_err()
        .to_string();
    assert!(!answer.contains("not managed"), "{answer}");
}

fn request(command: &str) -> InvokeRequest {
    InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: "tauri://localhost".parse().unwrap(),
        body: InvokeBody::default(),
        headers: Default::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    }
}
