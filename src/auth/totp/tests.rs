//! The rules of codes and waits, without a database.

use super::*;

const RFC_SECRET: &[u8] = b"12345678901234567890";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn secret() -> SharedSecret {
    SharedSecret::new(RFC_SECRET, "saksbehandler.fjt")
}

#[test]
fn codes_are_those_of_rfc_6238() {
    for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
        assert_eq!(secret().code(at(second)), code);
    }
}

#[test]
fn a_code_counts_in_its_own_step_and_the_one_after_and_never_ahead() {
    let code = secret().code(at(3_000));
    let step = Some(100);
    assert_eq!(secret().step_of(&code, at(2_999)), None);
    assert_eq!(secret().step_of(&code, at(3_000)), step);
    assert_eq!(secret().step_of(&code, at(3_059)), step);
    assert_eq!(secret().step_of(&code, at(3_060)), None);
}

#[test]
fn only_six_digits_are_a_code() {
    let code = secret().code(at(3_000));
    for wrong in ["", "12345", &code[..5], &format!("{code}0"), "abcdef", "-12345", "１２３４５６"]
    {
        assert_eq!(secret().step_of(wrong, at(3_000)), None, "{wrong}");
    }
}

#[test]
fn the_key_is_shown_in_groups_of_four() {
    let groups = secret().groups();
    assert_eq!(groups.concat(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    assert!(groups.iter().all(|group| group.len() == 4));
}

#[test]
fn the_address_names_issuer_and_person() {
    let url = secret().url().unwrap();
    assert!(url.starts_with("otpauth://totp/Skadehub:saksbehandler.fjt?"), "{url}");
    assert!(url.contains("issuer=Skadehub"), "{url}");
}

#[test]
fn waits_grow_from_the_fifth_wrong_try_and_stop_at_fifteen_minutes() {
    let waits: Vec<i64> = (1..=12).map(|tries| delay(tries, tries).as_secs()).collect();
    assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
    assert_eq!(delay(4, 100), SignedDuration::ZERO);
}
