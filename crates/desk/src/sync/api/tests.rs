use super::*;
use crate::view::ErrorCode;

#[test]
fn patients_data_leave_this_machine_encrypted_only() {
    for address in [
        "https://clinic.example:8443",
        "http://localhost:7070",
        "http://127.0.0.1:7070",
        "http://[::1]:7070",
    ] {
        assert!(check_address(address).is_ok(), "{address}");
    }
    for address in [
        "http://clinic.example",
        "http://192.168.1.5:7070",
        "http://localhost.example",
        "http://127.0.0.1.example",
    ] {
        let refused = check_address(address).unwrap_err();
        assert!(matches!(refused, DeskError::Insecure(_)), "{address}");
        assert_eq!(refused.code(), ErrorCode::Invalid);
        assert!(refused.to_string().contains("https://"), "{refused}");
    }
    for address in ["ftp://clinic.example", "clinic.example:7070", "", "http://"] {
        let refused = check_address(address).unwrap_err();
        assert!(matches!(refused, DeskError::Address(_)), "{address}");
    }
}

#[test]
fn a_file_that_holds_no_certificate_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let base = || check_address("https://clinic.example").unwrap();
    let (missing, empty) = (
        folder.path().join("no.pem"),
        folder.path().join("empty.pem"),
    );
    std::fs::write(&empty, "not a certificate").unwrap();
    for file in [missing, empty] {
        let refused = Api::new(base(), Some(&file)).err().unwrap();
        assert!(matches!(refused, DeskError::Authority { .. }));
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(refused.to_string().contains(name), "{refused}");
    }
}

#[test]
fn the_token_of_a_session_is_told_only_while_it_is_the_current_one() {
    let api = Api::new(check_address("http://127.0.0.1:9").unwrap(), None).unwrap();
    api.set_token(Some("a".to_owned()));
    let first = api.session();
    assert_eq!(api.token_of(first).as_deref(), Some("a"));
    api.set_token(Some("b".to_owned()));
    assert_eq!(api.token_of(first), None);
    assert!(!api.end(first));
    assert_eq!(api.token_of(api.session()).as_deref(), Some("b"));
}
