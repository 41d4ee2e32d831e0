use chrono::NaiveDate;
use frontdesk_domain::PatientId;
use uuid::Uuid;

use crate::PatientFilter;
use crate::cache::Cache;
use crate::fixture::{filled, page, patient};

fn clinic(folder: &std::path::Path) -> Cache {
    let cache = filled(folder);
    let one =
        |id: u128, name, phone, born| patient(PatientId(Uuid::from_u128(id)), name, phone, born, 0);
    let rows = vec![
        one(
            11,
            "Zoë Müller-Lüdenscheidt",
            Some("0171 / 234-9999"),
            Some("1980-02-01"),
        ),
        one(
            12,
            "Łukasz Großmann",
            Some("+49 (0)30 55 66 77"),
            Some("1955-01-02"),
        ),
        one(13, "Zoe Meier", None, Some("2019-02-01")),
        one(14, "Seán O'Brien", Some("+353 87 1112223"), None),
    ];
    cache.apply(&page(10, rows)).unwrap();
    cache
}

fn find(cache: &Cache, text: &str) -> Vec<String> {
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let filter = PatientFilter::parse(text, today);
    let (found, _) = cache
        .read(|tx| crate::cache::search(tx, &filter, 20))
        .unwrap();
    found.into_iter().map(|row| row.name).collect()
}

const ZOE: &str = "Zoë Müller-Lüdenscheidt";

#[test]
fn bits_of_a_name_are_found_in_any_order_and_without_accents() {
    let folder = tempfile::tempdir().unwrap();
    let cache = clinic(folder.path());
    for text in [
        "zoë müll",
        "mull zoe",
        "LUDENSCH z",
        "Mueller",
        "müller-lüd",
    ] {
        assert_eq!(find(&cache, text), [ZOE], "{text}");
    }
    assert_eq!(find(&cache, "lukasz grossm"), ["Łukasz Großmann"]);
    assert_eq!(find(&cache, "obrien"), Vec::<String>::new());
    assert_eq!(find(&cache, "o'brien sean"), ["Seán O'Brien"]);
    assert_eq!(find(&cache, "zo"), ["Zoe Meier", ZOE]);
}

#[test]
fn a_phone_number_is_found_by_its_digits_however_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let cache = clinic(folder.path());
    for text in ["0171 2349999", "0171/234", "349999", "171-234"] {
        assert_eq!(find(&cache, text), [ZOE], "{text}");
    }
    assert_eq!(find(&cache, "556677"), ["Łukasz Großmann"]);
    assert_eq!(find(&cache, "12"), Vec::<String>::new());
}

#[test]
fn a_date_of_birth_is_found_in_the_ways_people_write_one() {
    let folder = tempfile::tempdir().unwrap();
    let cache = clinic(folder.path());
    for text in [
        "1980-02-01",
        "01.02.1980",
        "1.2.80",
        "1/2/80",
        "2/1/1980",
        "01021980",
        "1 Feb 1980",
        "1. february 80",
    ] {
        assert_eq!(find(&cache, text), [ZOE], "{text}");
    }
    assert_eq!(find(&cache, "1.2.19"), ["Zoe Meier"]);
    assert_eq!(find(&cache, "2/1/55"), ["Łukasz Großmann"]);
    assert_eq!(find(&cache, "zoe 01.02.1980"), [ZOE]);
    assert_eq!(find(&cache, "1 feb 1980 zoe"), [ZOE]);
    assert_eq!(find(&cache, "zoe 1980-02-02"), Vec::<String>::new());
}

#[test]
fn whatever_is_typed_is_text_and_never_syntax() {
    let folder = tempfile::tempdir().unwrap();
    let cache = clinic(folder.path());
    for text in [
        "\"",
        "*",
        "zoe OR",
        "name:zoe",
        "(",
        "NEAR(",
        "-",
        "'; drop table patient",
        "",
        "   ",
    ] {
        find(&cache, text);
    }
    assert_eq!(find(&cache, "zoe\" müller"), [ZOE]);
}

#[test]
fn a_renamed_patient_is_found_by_the_new_name_only() {
    let folder = tempfile::tempdir().unwrap();
    let cache = clinic(folder.path());
    let renamed = patient(PatientId(Uuid::from_u128(13)), "Zoe Schulz", None, None, 0);
    cache.apply(&page(14, vec![renamed])).unwrap();
    assert_eq!(find(&cache, "schulz"), ["Zoe Schulz"]);
    assert_eq!(find(&cache, "meier"), Vec::<String>::new());
}
