//! Who part A is, in the default code list.

/// Part A of the situation in words, where the two parts differ.
pub(super) fn who_is_a(code: &str) -> Option<&'static str> {
    Some(match code {
        "101" | "102" | "103" => "den som ble påkjørt bakfra",
        "104" => "den som holdt sitt felt",
        "107" => "den som kjørte forbi",
        "108" => "den som ble forbikjørt",
        "201" => "den som var på egen side",
        "203" => "den som kjørte rett fram",
        "205" => "den som hadde fri vei på sin side",
        "301" => "den som kom fra høyre",
        "302" => "den som kjørte på forkjørsvei",
        "303" => "den som hadde grønt lys",
        "305" => "den som var i rundkjøringen",
        "306" => "den som var i ytre felt",
        "307" => "den som var på veien",
        "308" => "den som ikke vendte",
        "401" => "den som sto stille",
        "402" => "den som kjørte forover",
        "404" => "den som var lovlig parkert",
        "405" => "den som var ulovlig parkert",
        "406" => "den som passerte",
        "407" => "den som ikke åpnet døren",
        "501" => "den som ble truffet",
        "502" => "den som ble truffet av tilhengeren",
        "503" => "den uten teknisk svikt",
        _ => return None,
    })
}
