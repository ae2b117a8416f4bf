//! Customers of the stories.

use serde_json::{Value, json};

/// A bakery with one ISDN line, a block of a hundred numbers and an alarm.
pub(crate) fn bakery() -> Value {
    json!({
        "customer": {
            "name": "Bakkerij De Korenaar B.V.", "kvk_number": "12345678",
            "address": {"street": "Oudegracht 12", "postal_code": "3511 AB", "city": "Utrecht"},
            "contact": {"name": "J. de Vries", "email": "j.devries@korenaar.example", "phone": "+31301001234"},
        },
        "users": 12,
        "equipment": [{"model": "Yealink T54W", "quantity": 10}],
        "call_recording": "off",
        "contracts": [{
            "id": "kpn-isdn", "provider": kpn(), "customer_number": "100200300", "contract_number": "C-778899", "line_type": "isdn30",
            "start_date": "2021-03-01", "initial_term_months": 36, "notice_period_months": 1, "carries": ["alarm"],
        }],
        "numbers": [{"number": "030 100 12 00", "block_size": 100, "contract": "kpn-isdn"}],
        "wish_date": "2027-01-26",
    })
}

/// The n-th of many shops alike, each with numbers of its own: a block with one provider, a single number with another.
pub(crate) fn shop(n: u32) -> Value {
    assert!(n < 10, "shops have one digit");
    let mut shop = bakery();
    shop["customer"]["name"] = json!(format!("Winkel {n} B.V."));
    shop["contracts"] = json!([
        {
            "id": "kpn-isdn", "provider": kpn(), "customer_number": "100200300", "contract_number": format!("C-{n}"),
            "line_type": "isdn30", "start_date": "2021-03-01", "initial_term_months": 36, "notice_period_months": 1,
        },
        {
            "id": "ziggo", "provider": ziggo(), "customer_number": "88-1020", "contract_number": format!("Z-{n}"),
            "line_type": "voip", "start_date": "2022-01-01", "carries": ["internet"], "scenario": "continuation",
        },
    ]);
    shop["numbers"] = json!([
        {"number": format!("030 10{n} 12 00"), "block_size": 10, "contract": "kpn-isdn"},
        {"number": format!("085 123 45 6{n}"), "contract": "ziggo"},
    ]);
    shop
}

/// A provider.
pub(crate) fn kpn() -> Value {
    json!({"name": "KPN B.V.", "address": {"street": "Postbus 30000", "postal_code": "2500 GA", "city": "Den Haag"}})
}

/// Another one.
pub(crate) fn ziggo() -> Value {
    json!({"name": "VodafoneZiggo Zakelijk", "address": {"street": "Postbus 43048", "postal_code": "3540 AA", "city": "Utrecht"}})
}
