//! Projects in great number: one is started as a person would, the others are copies of its row.

use chrono::{Days, TimeDelta};
use engine::{Origin, Request, Target};
use serde_json::json;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use uuid::Uuid;
use workflow::actor::{Actor, Moment, Role};
use workflow::intake::IntakeForm;
use workflow::intake::check::check;
use workflow::letter::{PrintedAddress, PrintedCompany};
use workflow::porting::blocking::BlockingCodes;
use workflow::porting::window::PortingHours;
use workflow::provider::Directory;
use workflow::settings::Settings;

use super::{Done, engine, now};

/// As wide as real ones, and spread over everything that lists select and sort by. One in a thousand is in the last phase.
const COPY_POSTGRES: &str = "
    INSERT INTO projects
    SELECT '00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'), 'B-' || lpad(n::text, 8, '0'), version,
        created_at + n * interval '1 second', updated_at + n * interval '1 second',
        CASE WHEN n % 1000 = 0 THEN 'delivery' ELSE phase END, CASE WHEN n % 1000 = 1 THEN 'on_hold' ELSE status END,
        'Bedrijf ' || n, 'bedrijf ' || n, city,
        CASE WHEN n % 1000 = 2 THEN '[\"provider\"]'::jsonb ELSE waiting_on END,
        DATE '2027-01-01' + (n % 1000)::int, DATE '2027-01-01' + (n % 1000)::int, porting_status, cutover_status,
        'b-' || lpad(n::text, 8, '0') || ' bedrijf ' || n || ' utrecht 0301001200 c-' || n,
        state || jsonb_build_object('id', '00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'), 'reference', 'B-' || lpad(n::text, 8, '0'))
    FROM generate_series(1, $1) AS n, (SELECT * FROM projects WHERE reference NOT LIKE 'B-%' LIMIT 1) AS model";

const COPY_SQLITE: &str = "
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1)
    INSERT INTO projects (id, reference, version, created_at, updated_at, phase, status, customer_name, customer_name_key, city, waiting_on,
        next_due_on, porting_on, porting_status, cutover_status, search, state)
    SELECT printf('00000000-0000-0000-0000-%012x', n), printf('B-%08d', n), version, created_at, updated_at, phase, status,
        'Bedrijf ' || n, 'bedrijf ' || n, city, waiting_on, next_due_on, porting_on, porting_status, cutover_status,
        printf('b-%08d', n) || ' bedrijf ' || n, json_set(state, '$.id', printf('00000000-0000-0000-0000-%012x', n), '$.reference', printf('B-%08d', n))
    FROM numbers, (SELECT * FROM projects WHERE reference NOT LIKE 'B-%' LIMIT 1) AS model";

/// Starts one project and copies it.
pub(crate) async fn fill(url: &str, count: i64) -> Done {
    let engine = engine(url).await?;
    let request = Request {
        target: Target::New(Box::new(intake()?)),
        ..Request::internal(
            Uuid::nil(),
            workflow::command::Command::Resume,
            Actor::new(Role::Manager, "measuring"),
            Origin::Outside,
        )
    };
    engine.handle(request).await?;
    if url.starts_with("sqlite") {
        let mut db = SqliteConnection::connect(url).await?;
        sqlx::query(COPY_SQLITE).bind(count).execute(&mut db).await?;
    } else {
        let mut db = PgConnection::connect(url).await?;
        sqlx::query(COPY_POSTGRES).bind(count).execute(&mut db).await?;
        sqlx::query("VACUUM ANALYZE").execute(&mut db).await?;
    }
    Ok(())
}

fn intake() -> Done<workflow::intake::Intake> {
    let moment = Moment { now: now() };
    let wish_date = moment.today().checked_add_days(Days::new(120)).ok_or("there is no such day")?;
    let address = json!({"street": "Oudegracht 12", "postal_code": "3511 AB", "city": "Utrecht"});
    let form: IntakeForm = serde_json::from_value(json!({
        "customer": {
            "name": "Bakkerij De Korenaar B.V.", "kvk_number": "12345678", "address": address,
            "contact": {"name": "J. de Vries", "email": "j.devries@korenaar.example", "phone": "+31301001234"},
        },
        "users": 12,
        "equipment": [{"model": "Yealink T54W", "quantity": 10}],
        "call_recording": "off",
        "contracts": [{
            "id": "kpn-isdn", "provider": {"name": "KPN B.V.", "address": address}, "customer_number": "100200300",
            "contract_number": "C-778899", "line_type": "isdn30", "start_date": "2021-03-01", "initial_term_months": 36,
            "notice_period_months": 1, "carries": ["alarm"],
        }],
        "numbers": [{"number": "030 100 12 00", "block_size": 100, "contract": "kpn-isdn"}],
        "wish_date": wish_date,
    }))?;
    check(form, &Directory::built_in(), moment.today(), None).map_err(|errors| format!("{errors:?}").into())
}

/// As a server has them by default.
pub(crate) fn settings() -> Done<Settings> {
    let address =
        PrintedAddress { street: "Keizersgracht 1".to_owned(), postal_code: "1015 AA".to_owned(), city: "Amsterdam".to_owned() };
    Ok(Settings {
        contractor: PrintedCompany {
            name: "Dynamx".to_owned(),
            address,
            kvk_number: None,
            contact: None,
            email: None,
            phone: None,
        },
        operator_code: "DYNX".to_owned(),
        porting_hours: PortingHours::default(),
        verify_for: TimeDelta::hours(1),
        verify_every: TimeDelta::seconds(30),
        answer_within: TimeDelta::minutes(5),
        reminders_by_mail: false,
        attempt_count_max: 5,
        blocking_codes: BlockingCodes::default(),
        providers: Directory::built_in(),
    })
}
