//! The columns: what they are called in Dutch and in English, what stands in them, and which field of an intake they fill.

/// What a column tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The customer, so the project.
    Customer,
    /// A contract.
    Contract,
    /// A number or block.
    Number,
}

/// Values, each with the words for it, written as [`folded`] makes them.
pub(crate) type Words = &'static [(&'static str, &'static [&'static str])];

/// What stands in a column's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    KvkNumber,
    Phone,
    Count,
    Months,
    Day,
    YesNo,
    /// The number, or the first of a block, or a range.
    Number,
    /// The last of a block, whole or only its last digits.
    LastNumber,
    /// A whole block, as a range.
    Block,
    Services,
    /// Models with their quantities.
    Equipment,
    OneOf(Words),
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) subject: Subject,
    /// The field it fills, as a JSON pointer within the customer's intake, the contract or the number.
    pub(crate) field: &'static str,
    pub(crate) kind: Kind,
    /// No project, or no contract, can do without.
    pub(crate) required: bool,
    /// Its header in Dutch and in English: as in the template.
    pub(crate) header: [&'static str; 2],
    /// What else it is called, written as [`folded`] makes it.
    pub(crate) synonyms: &'static [&'static str],
}

/// A header without capitals, spaces and punctuation.
pub(crate) fn folded(header: &str) -> String {
    header.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

impl Column {
    /// The column with this header.
    pub(crate) fn with_header(header: &str) -> Option<&'static Column> {
        let wanted = folded(header);
        COLUMNS.iter().find(|column| {
            column.header.iter().any(|header| folded(header) == wanted) || column.synonyms.contains(&wanted.as_str())
        })
    }
}

const LINE_TYPES: Kind = Kind::OneOf(&[
    ("pstn", &["pstn", "analoog", "analogue", "analog", "pots"]),
    ("isdn2", &["isdn2", "isdnbasic", "isdn"]),
    ("isdn15", &["isdn15"]),
    ("isdn20", &["isdn20"]),
    ("isdn30", &["isdn30", "isdnpri"]),
    ("voip", &["voip", "sip", "siptrunk", "hosted", "hostedvoip"]),
    ("other", &["other", "overig", "anders"]),
]);

const SCENARIOS: Kind = Kind::OneOf(&[
    ("end_of_contract", &["endofcontract", "eindecontract", "einddatum", "normaal"]),
    ("early_termination", &["earlytermination", "vervroegd", "tussentijds", "voortijdig", "afkoop"]),
    ("after_termination", &["aftertermination", "beeindigd", "beëindigd", "alopgezegd", "geëindigd", "geeindigd"]),
    ("continuation", &["continuation", "voortzetting", "looptdoor", "doorlopend"]),
]);

const RECORDINGS: Kind = Kind::OneOf(&[
    ("off", &["off", "uit", "nee", "no", "geen"]),
    ("30_days", &["30", "30days", "30dagen"]),
    ("90_days", &["90", "90days", "90dagen"]),
    ("365_days", &["365", "365days", "365dagen"]),
]);

const LANGUAGES: Kind = Kind::OneOf(&[("nl", &["nl", "nederlands", "dutch"]), ("en", &["en", "engels", "english"])]);

const fn column(
    subject: Subject,
    field: &'static str,
    kind: Kind,
    header: [&'static str; 2],
    synonyms: &'static [&'static str],
) -> Column {
    Column { subject, field, kind, required: false, header, synonyms }
}

const fn required(column: Column) -> Column {
    Column { required: true, ..column }
}

/// Of a number: the block that it is a part of, and that block's main number.
pub(crate) const PART_OF: &str = "/part_of";
pub(crate) const MAIN_NUMBER: &str = "/part_of/main_number";

use Kind::{Block, Count, Day, KvkNumber, LastNumber, Months, Phone, Services, Text, YesNo};
use Subject::{Contract, Customer, Number};

/// Every column, in the order of the template.
pub(crate) const COLUMNS: &[Column] = &[
    required(column(
        Customer,
        "/customer/name",
        Text,
        ["Klant", "Customer"],
        &["klantnaam", "bedrijf", "bedrijfsnaam", "naam", "naamklant", "customername", "company", "companyname"],
    )),
    required(column(
        Customer,
        "/customer/kvk_number",
        KvkNumber,
        ["KvK-nummer", "KvK number"],
        &["kvk", "kvknr", "chamberofcommerce", "coc", "cocnumber"],
    )),
    required(column(
        Customer,
        "/customer/address/street",
        Text,
        ["Straat", "Street"],
        &["adres", "straatnaam", "address", "straatenhuisnummer"],
    )),
    column(Customer, "/customer/address/house_number", Text, ["Huisnummer", "House number"], &["huisnr", "nr", "housenr"]),
    column(
        Customer,
        "/customer/address/house_number_addition",
        Text,
        ["Toevoeging", "Addition"],
        &["huisnummertoevoeging", "housenumberaddition"],
    ),
    required(column(Customer, "/customer/address/postal_code", Text, ["Postcode", "Postal code"], &["zip", "zipcode"])),
    required(column(
        Customer,
        "/customer/address/city",
        Text,
        ["Plaats", "City"],
        &["woonplaats", "vestigingsplaats", "stad", "town"],
    )),
    required(column(
        Customer,
        "/customer/contact/name",
        Text,
        ["Contactpersoon", "Contact"],
        &["contactnaam", "contactname", "contactperson"],
    )),
    required(column(
        Customer,
        "/customer/contact/email",
        Text,
        ["E-mail", "E-mail address"],
        &["emailadres", "mail", "contactemail", "emailcontactpersoon", "email"],
    )),
    required(column(
        Customer,
        "/customer/contact/phone",
        Phone,
        ["Telefoon contactpersoon", "Contact phone"],
        &["telefoon", "phone", "contacttelefoon", "telefooncontact", "mobiel"],
    )),
    required(column(
        Customer,
        "/users",
        Count,
        ["Gebruikers", "Users"],
        &["aantalgebruikers", "useraantal", "aantalusers", "numberofusers", "werkplekken"],
    )),
    column(
        Customer,
        "/wish_date",
        Day,
        ["Wensdatum", "Wish date"],
        &["wensdatumportering", "gewensteporteerdatum", "porteerdatum", "portingdate"],
    ),
    column(Customer, "/call_recording", RECORDINGS, ["Gespreksopname", "Call recording"], &["opname", "recording"]),
    column(Customer, "/equipment", Kind::Equipment, ["Apparatuur", "Equipment"], &["toestellen", "devices"]),
    column(Customer, "/language", LANGUAGES, ["Taal", "Language"], &[]),
    column(Contract, "/id", Text, ["Contract", "Contract id"], &["contractnaam", "contractref"]),
    required(column(
        Contract,
        "/provider/name",
        Text,
        ["Provider", "Provider name"],
        &["telecomprovider", "aanbieder", "huidigeprovider", "huidigeaanbieder", "currentprovider", "donor"],
    )),
    column(
        Contract,
        "/provider/address/street",
        Text,
        ["Provider adres", "Provider address"],
        &["provideradresregel", "providerstraat", "providerstreet", "providerpostbus"],
    ),
    column(Contract, "/provider/address/postal_code", Text, ["Provider postcode", "Provider postal code"], &["providerzip"]),
    column(Contract, "/provider/address/city", Text, ["Provider plaats", "Provider city"], &[]),
    required(column(
        Contract,
        "/customer_number",
        Text,
        ["Klantnummer", "Customer number"],
        &["klantnr", "klantnummerprovider", "customernr"],
    )),
    required(column(
        Contract,
        "/contract_number",
        Text,
        ["Contractnummer", "Contract number"],
        &["contractnr", "overeenkomstnummer"],
    )),
    required(column(
        Contract,
        "/line_type",
        LINE_TYPES,
        ["Lijntype", "Line type"],
        &["lijn", "type", "soortlijn", "aansluiting", "line"],
    )),
    required(column(
        Contract,
        "/start_date",
        Day,
        ["Ingangsdatum", "Start date"],
        &["startdatum", "begindatum", "contractstart", "ingang"],
    )),
    column(
        Contract,
        "/initial_term_months",
        Months,
        ["Looptijd", "Initial term"],
        &["looptijdmaanden", "contractduur", "looptijdinmaanden", "term", "termmonths", "initialtermmonths"],
    ),
    column(
        Contract,
        "/notice_period_months",
        Months,
        ["Opzegtermijn", "Notice period"],
        &["opzegtermijnmaanden", "opzegtermijninmaanden", "noticeperiodmonths", "notice"],
    ),
    column(
        Contract,
        "/longer_notice_agreed",
        YesNo,
        ["Langere opzegtermijn afgesproken", "Longer notice agreed"],
        &["langereopzegtermijn"],
    ),
    column(Contract, "/carries", Services, ["Ook op de lijn", "Carries"], &["diensten", "ookopdezelijn", "opdelijn", "services"]),
    column(Contract, "/scenario", SCENARIOS, ["Scenario", "Ending"], &["beeindiging", "beëindiging"]),
    column(Contract, "/ends_on", Day, ["Einddatum", "Ends on"], &["contracteinde", "enddate", "opgezegdper"]),
    column(
        Number,
        "/number",
        Kind::Number,
        ["Nummer", "Number"],
        &[
            "telefoonnummer",
            "nummers",
            "nummerreeks",
            "eerstenummer",
            "beginnummer",
            "firstnumber",
            "phonenumber",
            "ddi",
            "doorkiesreeks",
            "nummerblok",
            "vannummer",
            "reeks",
            "van",
        ],
    ),
    column(
        Number,
        "/last",
        LastNumber,
        ["T/m", "Last number"],
        &["laatstenummer", "eindnummer", "tm", "totenmet", "totenmetnummer"],
    ),
    column(
        Number,
        "/block_size",
        Count,
        ["Blokgrootte", "Block size"],
        &["aantalnummers", "aantal", "grootte", "size", "numbers"],
    ),
    column(Number, PART_OF, Block, ["Deel van blok", "Part of block"], &["deelvan", "partof", "heleblok", "wholeblock"]),
    // Not "hoofdnummer" alone: many sheets have that of each line, of which the whole block is ported.
    column(
        Number,
        MAIN_NUMBER,
        Kind::Number,
        ["Hoofdnummer van blok", "Main number of block"],
        &["hoofdnummerblok", "hoofdnummervanhetblok", "mainnumberoftheblock", "blockmainnumber"],
    ),
];
